namespace Microsoft.ML.Data;

// A view under a row-to-row mapping: computed lazily, row by row, by as many cursors as are asked for.
internal sealed class MappingView(IDataView input, RowToRowMapper mapper) : IDataView
{
    public bool CanShuffle => input.CanShuffle;
    public DataViewSchema Schema => mapper.OutputSchema;
    public long? GetRowCount() => input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        DataViewSchema.Column[] needed = [.. columnsNeeded];
        return new Cursor(input.GetRowCursor(mapper.GetDependencies(needed), rand), mapper, needed);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
    {
        DataViewSchema.Column[] needed = [.. columnsNeeded];
        return Array.ConvertAll(input.GetRowCursorSet(mapper.GetDependencies(needed), n, rand),
            cursor => (DataViewRowCursor)new Cursor(cursor, mapper, needed));
    }

    private sealed class Cursor(DataViewRowCursor input, RowToRowMapper mapper, DataViewSchema.Column[] needed) : WrappingCursor(input)
    {
        private readonly RowToRowMapper.MappedColumns _columns = new(mapper, input, needed);

        public override DataViewSchema Schema => _columns.Schema;
        public override bool IsColumnActive(DataViewSchema.Column column) => _columns.IsActive(column);
        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => _columns.GetGetter<TValue>(column);
    }
}
