using Microsoft.ML.Data;

namespace Microsoft.ML.Diffusion.Series.Splitting;

/// <summary>The rows of a view whose series are in one of two parts.</summary>
internal sealed class SeriesPartView(IDataView input, SeriesParts parts, bool isTest) : IDataView
{
    public DataViewSchema Schema => input.Schema;

    public bool CanShuffle => input.CanShuffle;

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        DataViewSchema.Column[] needed = [.. columnsNeeded];
        return new Cursor(input.GetRowCursor(WithGroup(needed), rand), needed, parts, isTest);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        DataViewSchema.Column[] needed = [.. columnsNeeded];
        return [.. input.GetRowCursorSet(WithGroup(needed), n, rand).Select(cursor => new Cursor(cursor, needed, parts, isTest))];
    }

    private DataViewSchema.Column[] WithGroup(DataViewSchema.Column[] needed) =>
        needed.Any(column => column.Index == parts.Group.Index) ? needed : [.. needed, parts.Group];

    private sealed class Cursor : DataViewRowCursor
    {
        private readonly DataViewRowCursor _input;
        private readonly HashSet<int> _active;
        private readonly Func<bool> _isTested;
        private readonly bool _isTest;
        private long _position = -1;

        public Cursor(DataViewRowCursor input, DataViewSchema.Column[] needed, SeriesParts parts, bool isTest)
        {
            (_input, _isTest) = (input, isTest);
            _active = [.. needed.Select(column => column.Index)];
            _isTested = parts.Open(input);
        }

        public override DataViewSchema Schema => _input.Schema;

        public override long Position => _position;

        public override long Batch => _input.Batch;

        public override bool MoveNext()
        {
            while (_input.MoveNext())
            {
                if (_isTested() != _isTest)
                    continue;
                _position++;
                return true;
            }
            _position = -1;
            return false;
        }

        public override bool IsColumnActive(DataViewSchema.Column column) => _active.Contains(column.Index);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => IsColumnActive(column)
            ? _input.GetGetter<TValue>(column)
            : throw new InvalidOperationException($"Column '{column.Name}' was not asked for when the cursor was opened.");

        public override ValueGetter<DataViewRowId> GetIdGetter() => _input.GetIdGetter();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _input.Dispose();
            base.Dispose(disposing);
        }
    }
}
