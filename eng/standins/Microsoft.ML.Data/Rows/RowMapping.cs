namespace Microsoft.ML.Data;

// Columns computed from a row of a known schema: what a row-to-row transformer is once it knows its input.
internal abstract class RowMapping(DataViewSchema inputSchema)
{
    public DataViewSchema InputSchema { get; } = inputSchema;

    // The columns it adds.
    public abstract DataViewSchema.DetachedColumn[] Columns { get; }

    // The input columns that one of them is computed from.
    public abstract IEnumerable<int> GetDependencies(int output);

    // A ValueGetter for every active output; the others may stay null. Getters of one call may share what they compute
    // for a row (see RowCache), never what two cursors do.
    public abstract Delegate[] CreateGetters(DataViewRow input, Func<int, bool> isActive);
}

// Computes once a row what several getters need of it.
internal sealed class RowCache(DataViewRow row, Action update)
{
    private long _position = -2;

    public void Update()
    {
        if (_position == row.Position && row.Position >= 0)
            return;
        update();
        _position = row.Position;
    }
}
