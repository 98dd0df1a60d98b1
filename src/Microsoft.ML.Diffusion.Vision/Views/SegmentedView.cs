namespace Microsoft.ML.Diffusion.Vision.Views;

/// <summary>A view with predicted masks, which are made as they are read. Any number of cursors may be open at once.</summary>
internal sealed class SegmentedView(IDataView input, SegmentationMapper mapper) : IDataView
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
        new(new SegmentedColumns(mapper, cursor, needed), cursor);
}
