using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.Columns;

/// <summary>Columns of a file that is read in blocks, as a data view that reads the file anew for every cursor; one at a time. Numbers are
/// Double.</summary>
internal sealed class BlockView : IDataView
{
    private readonly IReadOnlyList<BlockViewColumn> _columns;
    private readonly CsvBlocks _file;

    public BlockView(IReadOnlyList<BlockViewColumn> columns, CsvBlocks file)
    {
        _columns = columns;
        _file = file;
        var schema = new DataViewSchema.Builder();
        foreach (BlockViewColumn column in columns)
        {
            schema.AddColumn(
                column.Name, column.Number is null ? TextDataViewType.Instance : NumberDataViewType.Double, column.Annotations);
        }

        Schema = schema.ToSchema();
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => false;

    public long? GetRowCount() => _file.RowCount;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(this, columnsNeeded);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor : DataViewRowCursor
    {
        private readonly BlockView _view;
        private readonly bool[] _active;
        private readonly IEnumerator<CsvDocument> _blocks;
        private long _position = -1;
        private int _row = -1;
        private bool _isPast;

        public Cursor(BlockView view, IEnumerable<DataViewSchema.Column> columnsNeeded)
        {
            _view = view;
            _active = new bool[view._columns.Count];
            foreach (DataViewSchema.Column column in columnsNeeded)
                _active[column.Index] = true;
            _blocks = view._file.Read().GetEnumerator();
            _isPast = !_blocks.MoveNext();
        }

        public override DataViewSchema Schema => _view.Schema;

        public override long Position => _isPast ? -1 : _position;

        public override long Batch => 0;

        public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

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

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            BlockViewColumn source = _view._columns[column.Index];
            Delegate getter = source.Number is { } number
                ? (ValueGetter<double>)((ref double value) => value = number(_blocks.Current, _row))
                : (ValueGetter<ReadOnlyMemory<char>>)((ref value) => value = source.Text!(_blocks.Current, _row).AsMemory());
            return getter as ValueGetter<TValue>
                ?? throw new ArgumentException($"Column {column.Name} holds {column.Type}, not {typeof(TValue).Name}.", nameof(column));
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() =>
            (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _blocks.Dispose();
            base.Dispose(disposing);
        }
    }
}
