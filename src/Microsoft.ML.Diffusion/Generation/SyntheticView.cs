using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Tables;

namespace Microsoft.ML.Diffusion;

/// <summary>A view of rows that are made as they are read. Any number of cursors may be open at once.</summary>
internal sealed class SyntheticView(DataViewSchema schema, ViewColumn[] columns, SyntheticRows rows) : IDataView
{
    public DataViewSchema Schema => schema;

    public bool CanShuffle => false;

    public long? GetRowCount() => rows.Count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(schema, columns, rows, columnsNeeded);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(
        DataViewSchema schema, ViewColumn[] columns, SyntheticRows rows, IEnumerable<DataViewSchema.Column> columnsNeeded) : DataViewRowCursor
    {
        private readonly ActiveColumns _active = new(schema, columnsNeeded);
        private readonly SyntheticRowReader _reader = new(rows);
        private bool _isDone;

        public override DataViewSchema Schema => schema;

        public override long Position => _isDone ? -1 : _reader.Row;

        public override long Batch => 0;

        public override bool MoveNext()
        {
            _isDone = !_reader.MoveNext();
            return !_isDone;
        }

        public override bool IsColumnActive(DataViewSchema.Column column) => _active.Contains(column);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            _active.Require(column);
            int first = columns.Take(column.Index).Sum(before => before.Width);
            ViewColumn made = columns[column.Index];
            Delegate? given = made.Width == 1 && rows.FixedValueOf(first) is { } value ? made.FixedGetter(value) : null;
            return ActiveColumns.As<TValue>(given ?? made.MakingGetter(_reader, first), column);
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)(rows.Range.First + _reader.Row), 0);
    }
}
