namespace Microsoft.ML.Data;

// Some columns of a schema, in an order of their own.
internal sealed class ColumnSelection : IRowToRowMapper
{
    private readonly int[] _sources;

    public ColumnSelection(DataViewSchema schema, int[] sources)
    {
        _sources = sources;
        InputSchema = schema;
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(sources.Select(source => schema[source]));
        OutputSchema = builder.ToSchema();
    }

    public DataViewSchema InputSchema { get; }
    public DataViewSchema OutputSchema { get; }

    public DataViewSchema.Column Source(DataViewSchema.Column column) => InputSchema[_sources[column.Index]];

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
        => dependingColumns.Select(Source).ToArray();

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
        => new SelectedRow(input, this, OutputSchema.FlagsOf(activeColumns));

    private sealed class SelectedRow(DataViewRow input, ColumnSelection selection, bool[] active) : WrappingRow(input)
    {
        public override DataViewSchema Schema => selection.OutputSchema;
        public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            Getters.CheckActive(IsColumnActive(column), column);
            return Input.GetGetter<TValue>(Input.Schema[selection.Source(column).Index]);
        }
    }
}

internal sealed class SelectedView(IDataView input, ColumnSelection selection) : IDataView
{
    public bool CanShuffle => input.CanShuffle;
    public DataViewSchema Schema => selection.OutputSchema;
    public long? GetRowCount() => input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        DataViewSchema.Column[] needed = [.. columnsNeeded];
        return new Cursor(input.GetRowCursor(selection.GetDependencies(needed), rand), selection, needed);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
    {
        DataViewSchema.Column[] needed = [.. columnsNeeded];
        return Array.ConvertAll(input.GetRowCursorSet(selection.GetDependencies(needed), n, rand),
            cursor => (DataViewRowCursor)new Cursor(cursor, selection, needed));
    }

    private sealed class Cursor(DataViewRowCursor input, ColumnSelection selection, DataViewSchema.Column[] needed) : WrappingCursor(input)
    {
        private readonly DataViewRow _row = selection.GetRow(input, needed);

        public override DataViewSchema Schema => selection.OutputSchema;
        public override bool IsColumnActive(DataViewSchema.Column column) => _row.IsColumnActive(column);
        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => _row.GetGetter<TValue>(column);
    }
}
