namespace Microsoft.ML.Diffusion.Tests.Conformance;

/// <summary>A view that remembers which columns it was asked for.</summary>
public sealed class SpyView(IDataView input) : IDataView
{
    public List<string[]> Asked { get; } = [];

    public DataViewSchema Schema => input.Schema;

    public bool CanShuffle => input.CanShuffle;

    public long? GetRowCount() => input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        DataViewSchema.Column[] needed = [.. columnsNeeded];
        Asked.Add([.. needed.Select(column => column.Name)]);
        return input.GetRowCursor(needed, rand);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        input.GetRowCursorSet(columnsNeeded, n, rand);
}
