using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tables.Cells;

namespace Microsoft.ML.Diffusion.Tables;

/// <summary>A column that nothing is learnt from: it takes no column of the table, is passed on as it is, and is missing in rows that are
/// made.</summary>
internal class LeftOutColumn<T>(string name, DataViewType type, CellType<T> cells) : CompleteColumn<T>(name, type)
    where T : notnull
{
    public override ColumnForm Form => ColumnForm.LeftOut;

    public override int Width => 0;

    public override IEnumerable<TableColumn> TableColumns => [];

    protected CellType<T> Cells => cells;

    public override CellReader OpenReader(DataViewRow row, DataViewSchema.Column source, bool learn) => _ => { };

    public override Delegate MakingGetter(IMadeRow row, int first) => (ValueGetter<T>)((ref T value) => value = cells.Missing);
}
