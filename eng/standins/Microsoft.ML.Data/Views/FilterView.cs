namespace Microsoft.ML.Data;

// The rows of a view for which a predicate holds; the predicate is made anew for every cursor.
internal sealed class FilterView(IDataView input, IReadOnlyList<DataViewSchema.Column> columnsRead, Func<DataViewRow, Func<bool>> predicate) : IDataView
{
    public bool CanShuffle => input.CanShuffle;
    public DataViewSchema Schema => input.Schema;
    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        DataViewSchema.Column[] needed = [.. columnsNeeded];
        return new Cursor(input.GetRowCursor(needed.Concat(columnsRead), rand), predicate, Schema.FlagsOf(needed));
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
    {
        DataViewSchema.Column[] needed = [.. columnsNeeded];
        return Array.ConvertAll(input.GetRowCursorSet(needed.Concat(columnsRead), n, rand),
            cursor => (DataViewRowCursor)new Cursor(cursor, predicate, Schema.FlagsOf(needed)));
    }

    private sealed class Cursor(DataViewRowCursor input, Func<DataViewRow, Func<bool>> predicate, bool[] active) : WrappingCursor(input)
    {
        private readonly Func<bool> _keeps = predicate(input);
        private long _position = -1;

        public override long Position => _position;
        public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

        public override bool MoveNext()
        {
            while (Input.MoveNext())
            {
                if (!_keeps())
                    continue;
                _position++;
                return true;
            }
            _position = -1;
            return false;
        }
    }
}
