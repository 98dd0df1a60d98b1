using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.Series;

/// <summary>The columns of a file that make series, as a data view that reads the file anew for every cursor; one at a time.</summary>
internal sealed class SeriesFileView(CsvBlocks file, SeriesColumns columns) : IDataView
{
    public DataViewSchema Schema => columns.Schema;

    public bool CanShuffle => false;

    public long? GetRowCount() => file.RowCount;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(file, columns, columnsNeeded);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor : DataViewRowCursor
    {
        private readonly SeriesColumns _columns;
        private readonly HashSet<int> _active;
        private readonly IEnumerator<CsvDocument> _blocks;
        private long _position = -1;
        private int _row = -1;
        private bool _isPast;

        public Cursor(CsvBlocks file, SeriesColumns columns, IEnumerable<DataViewSchema.Column> columnsNeeded)
        {
            _columns = columns;
            _active = [.. columnsNeeded.Select(column => column.Index)];
            _blocks = file.Read().GetEnumerator();
            _isPast = !_blocks.MoveNext();
        }

        public override DataViewSchema Schema => _columns.Schema;

        public override long Position => _isPast ? -1 : _position;

        public override long Batch => 0;

        public override bool IsColumnActive(DataViewSchema.Column column) => _active.Contains(column.Index);

        public override bool MoveNext()
        {
            if (_isPast)
                return false;
            _row++;
            while (_row >= _blocks.Current.RowCount)
            {
                _row = 0;
                if (_blocks.MoveNext())
                    continue;
                _isPast = true;
                return false;
            }

            _position++;
            return true;
        }

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
            Getter(column) as ValueGetter<TValue>
            ?? throw new ArgumentException($"Column {column.Name} holds {column.Type}, not {typeof(TValue).Name}.", nameof(column));

        public override ValueGetter<DataViewRowId> GetIdGetter() =>
            (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _blocks.Dispose();
            base.Dispose(disposing);
        }

        private Delegate Getter(DataViewSchema.Column column)
        {
            if (column.Type is TextDataViewType)
            {
                Func<CsvDocument, int, string> text = _columns.TextReader(column.Index);
                return (ValueGetter<ReadOnlyMemory<char>>)((ref value) => value = text(_blocks.Current, _row).AsMemory());
            }

            Func<CsvDocument, int, double> number = _columns.NumberReader(column.Name);
            return (ValueGetter<double>)((ref double value) => value = number(_blocks.Current, _row));
        }
    }
}
