using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Tables;

namespace Microsoft.ML.Diffusion;

/// <summary>A cursor over rows with their missing values filled in.</summary>
internal sealed class ImputedCursor(IOutputColumns columns, DataViewRowCursor input) : DataViewRowCursor
{
    public override DataViewSchema Schema => columns.Schema;

    public override long Position => input.Position;

    public override long Batch => input.Batch;

    public override bool MoveNext() => input.MoveNext();

    public override bool IsColumnActive(DataViewSchema.Column column) => columns.IsActive(column);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
        CurrentRow.Checked(input, columns.GetGetter<TValue>(column));

    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            input.Dispose();
        base.Dispose(disposing);
    }
}
