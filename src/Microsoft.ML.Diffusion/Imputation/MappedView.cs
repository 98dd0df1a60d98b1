using Microsoft.ML.Data;

namespace Microsoft.ML.Diffusion;

/// <summary>A view with the columns that a mapper makes of each row as it is read. Any number of cursors may be open at once.</summary>
/// <param name="input">The view.</param>
/// <param name="mapper">Knows the columns, and which of the input they need.</param>
/// <param name="open">Opens the columns of a row or cursor of which some are asked for.</param>
internal sealed class MappedView(
    IDataView input, IRowToRowMapper mapper, Func<DataViewRow, DataViewSchema.Column[], IOutputColumns> open) : IDataView
{
    public DataViewSchema Schema => mapper.OutputSchema;

    public bool CanShuffle => input.CanShuffle;

    public long? GetRowCount() => input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        DataViewSchema.Column[] needed = [.. columnsNeeded];
        return Wrap(needed, input.GetRowCursor(mapper.GetDependencies(needed), rand));
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        DataViewSchema.Column[] needed = [.. columnsNeeded];
        return [.. input.GetRowCursorSet(mapper.GetDependencies(needed), n, rand).Select(cursor => Wrap(needed, cursor))];
    }

    private ImputedCursor Wrap(DataViewSchema.Column[] needed, DataViewRowCursor cursor) =>
        new(open(cursor, needed), cursor);
}
