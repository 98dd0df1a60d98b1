namespace Microsoft.ML.Data;

// A stretch of the rows of a view.
internal sealed class SkipTakeView(IDataView input, long skip, long take) : IDataView
{
    public bool CanShuffle => false;
    public DataViewSchema Schema => input.Schema;
    public long? GetRowCount() => input.GetRowCount() is long count ? Math.Clamp(count - skip, 0, take) : null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
        => new Cursor(input.GetRowCursor(columnsNeeded), skip, take);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
        => [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(DataViewRowCursor input, long skip, long take) : WrappingCursor(input)
    {
        private long _position = -1;
        private bool _done;

        public override long Position => _done ? -1 : _position;

        public override bool MoveNext()
        {
            for (; _position < 0 && skip > 0; skip--)
            {
                if (!Input.MoveNext())
                    break;
            }
            _done = _done || _position + 1 >= take || !Input.MoveNext();
            if (!_done)
                _position++;
            return !_done;
        }
    }
}
