using Microsoft.ML;
using Microsoft.ML.Data;

namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>The rows of one view and then those of another with the same columns, among others.</summary>
internal sealed class JoinedView(IDataView first, IDataView second) : IDataView
{
    // The second's: it has the columns that were made and no others.
    public DataViewSchema Schema => second.Schema;

    public bool CanShuffle => false;

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(Schema, Open(first, columnsNeeded), Open(second, columnsNeeded));

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private static DataViewRowCursor Open(IDataView view, IEnumerable<DataViewSchema.Column> columns) =>
        view.GetRowCursor(columns.Select(column => view.Schema[column.Name]));

    private sealed class Cursor(DataViewSchema schema, DataViewRowCursor first, DataViewRowCursor second) : DataViewRowCursor
    {
        private bool _isSecond;
        private long _position = -1;

        public override DataViewSchema Schema => schema;

        public override long Position => _position;

        public override long Batch => 0;

        public override bool MoveNext()
        {
            _isSecond = _isSecond || !first.MoveNext();
            bool isRow = !_isSecond || second.MoveNext();
            _position = isRow ? _position + 1 : -1;
            return isRow;
        }

        public override bool IsColumnActive(DataViewSchema.Column column) => second.IsColumnActive(column);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            ValueGetter<TValue> one = first.GetGetter<TValue>(first.Schema[column.Name]), two = second.GetGetter<TValue>(column);
            return (ref TValue value) => (_isSecond ? two : one)(ref value);
        }

        public override ValueGetter<DataViewRowId> GetIdGetter()
        {
            ValueGetter<DataViewRowId> one = first.GetIdGetter(), two = second.GetIdGetter();
            // The ids of two views may be the same.
            return (ref DataViewRowId id) =>
            {
                (_isSecond ? two : one)(ref id);
                id = new DataViewRowId(id.Low, _isSecond ? ~id.High : id.High);
            };
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                first.Dispose();
                second.Dispose();
            }
            base.Dispose(disposing);
        }
    }
}
