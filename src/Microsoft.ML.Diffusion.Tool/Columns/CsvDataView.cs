using Microsoft.ML.Data;

namespace Microsoft.ML.Diffusion.Tool.Columns;

/// <summary>The columns of a file that a model can use, as a data view: numbers as Double with NaN for missing,
/// categories as text with the empty text for missing.</summary>
internal sealed class CsvDataView : IDataView
{
    private readonly CsvColumn[] _columns;
    private readonly int _rowCount;

    public CsvDataView(CsvTable table)
    {
        _columns = [.. table.UsedColumns];
        _rowCount = table.Document.RowCount;
        Schema = BlockView.SchemaOf(_columns.Select(column => (column.Name, column.Use)));
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => false;

    public long? GetRowCount() => _rowCount;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(this, columnsNeeded);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor : DataViewRowCursor
    {
        private readonly CsvDataView _view;
        private readonly bool[] _active;
        private const int Past = -2;
        private int _row = -1;

        public Cursor(CsvDataView view, IEnumerable<DataViewSchema.Column> columnsNeeded)
        {
            _view = view;
            _active = new bool[view._columns.Length];
            foreach (DataViewSchema.Column column in columnsNeeded)
                _active[column.Index] = true;
        }

        public override DataViewSchema Schema => _view.Schema;

        public override long Position => Math.Max(_row, -1);

        public override long Batch => 0;

        public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

        public override bool MoveNext()
        {
            if (_row == Past || ++_row >= _view._rowCount)
                _row = Past;
            return _row >= 0;
        }

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            CsvColumn source = _view._columns[column.Index];
            Delegate getter = source.Use == ColumnUse.Numeric
                ? (ValueGetter<double>)((ref value) => value = source.Number(_row))
                : (ValueGetter<ReadOnlyMemory<char>>)((ref value) => value = source.Category(_row).AsMemory());
            return getter as ValueGetter<TValue>
                ?? throw new ArgumentException($"Column {column.Name} holds {column.Type}, not {typeof(TValue).Name}.", nameof(column));
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() =>
            (ref id) => id = new DataViewRowId((ulong)_row, 0);
    }
}
