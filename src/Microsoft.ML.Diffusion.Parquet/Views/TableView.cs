using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Parquet.Files;

namespace Microsoft.ML.Diffusion.Parquet.Views;

/// <summary>A table of files as a data view. Every cursor reads the files anew, one group of rows at a time and only the columns that it
/// is asked for; cursors know nothing of each other.</summary>
internal sealed class TableView : IDataView
{
    private readonly StoredTable _table;
    private readonly IReadOnlyList<ViewColumn> _columns;
    private readonly CancellationToken _cancel;

    public TableView(StoredTable table, CancellationToken cancel)
    {
        _table = table;
        _columns = [.. table.Columns.Select(ViewColumn.Of)];
        _cancel = cancel;
        var schema = new DataViewSchema.Builder();
        foreach (ViewColumn column in _columns)
            schema.AddColumn(column.Source.Name, column.Type, TypeAnnotation.Of(column.Source.Type));
        Schema = schema.ToSchema();
    }

    /// <inheritdoc />
    public DataViewSchema Schema { get; }

    /// <inheritdoc />
    public bool CanShuffle => false;

    /// <inheritdoc />
    public long? GetRowCount() => _table.RowCount;

    /// <inheritdoc />
    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(this, columnsNeeded);

    /// <inheritdoc />
    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor : DataViewRowCursor
    {
        private readonly TableView _view;
        private readonly bool[] _active;
        private readonly IEnumerator<(int RowCount, StoredValues?[] Values)> _groups;
        private (int RowCount, StoredValues?[] Values) _group = (0, []);
        private long _position = -1;
        private int _row = -1;
        private bool _isPast;

        public Cursor(TableView view, IEnumerable<DataViewSchema.Column> columnsNeeded)
        {
            _view = view;
            _active = new bool[view._columns.Count];
            foreach (DataViewSchema.Column column in columnsNeeded)
                _active[column.Index] = true;
            _groups = view._table.Read(_active, view._cancel).GetEnumerator();
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
            while (_row >= _group.RowCount)
            {
                _row = 0;
                if (_groups.MoveNext())
                {
                    _group = _groups.Current;
                    continue;
                }

                _isPast = true;
                return false;
            }

            _position++;
            return true;
        }

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            if (!IsColumnActive(column))
                throw new ArgumentException($"Column {column.Name} is not among those that the cursor was asked for.", nameof(column));
            Delegate getter = _view._columns[column.Index].Getter(() => (_group.Values[column.Index]!, _row));
            return getter as ValueGetter<TValue>
                ?? throw new ArgumentException($"Column {column.Name} holds {column.Type}, not {typeof(TValue).Name}.", nameof(column));
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() =>
            (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _groups.Dispose();
            base.Dispose(disposing);
        }
    }
}
