using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Tables;

/// <summary>A column of Boolean, such as a label: the categories False and True, with the codes 0 and 1.</summary>
internal sealed class BooleanColumn(string name) : CompleteColumn<bool>(name, BooleanDataViewType.Instance)
{
    public override IEnumerable<TableColumn> TableColumns => [TableColumn.Categorical(Name, bool.FalseString, bool.TrueString)];

    public override CellReader OpenReader(DataViewRow row, DataViewSchema.Column source, bool learn)
    {
        ValueGetter<bool> get = row.GetGetter<bool>(source);
        bool value = default;
        return cells =>
        {
            get(ref value);
            cells[0] = value ? 1 : 0;
        };
    }

    public override Delegate MakingGetter(IMadeRow row, int first) =>
        (ValueGetter<bool>)((ref bool value) => value = row.Cells()[first] == 1);
}
