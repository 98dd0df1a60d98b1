namespace Microsoft.ML.Data;

// The rows in an order drawn from a pool: whatever row leaves the pool, the next of the source takes its place.
internal sealed class ShuffleView(IDataView input, int seed, int poolSize, bool shuffleSource) : IDataView
{
    public bool CanShuffle => true;
    public DataViewSchema Schema => input.Schema;
    public long? GetRowCount() => input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        rand ??= new Random(seed);
        DataViewSchema.Column[] needed = [.. columnsNeeded];
        return new Cursor(input.GetRowCursor(needed, shuffleSource && input.CanShuffle ? rand : null), needed, poolSize, rand);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
        => [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor : SequentialCursor
    {
        private readonly DataViewRowCursor _input;
        private readonly Random _rand;
        private readonly RowPool _pool;
        private int _filled;
        private int _current = -1;

        public Cursor(DataViewRowCursor input, DataViewSchema.Column[] needed, int poolSize, Random rand)
            : base(input.Schema, input.Schema.FlagsOf(needed))
        {
            _input = input;
            _rand = rand;
            _pool = new RowPool(input, needed, poolSize);
        }

        protected override bool MoveNextCore()
        {
            // The row handed out last is replaced by a new one, or by the last of the pool once the source has no more.
            if (_current >= 0 && !Load(_current))
                _pool.Move(--_filled, _current);
            if (_current < 0)
            {
                while (_filled < _pool.Size && Load(_filled))
                    _filled++;
            }
            _current = _filled > 0 ? _rand.Next(_filled) : -1;
            return _filled > 0;
        }

        private bool Load(int slot)
        {
            if (!_input.MoveNext())
                return false;
            _pool.Load(slot);
            return true;
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) =>
        {
            CheckOnRow();
            value = _pool.Ids[_current];
        };

        protected override Delegate CreateGetter(DataViewSchema.Column column) => _pool.CreateGetter(column, () => _current);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _input.Dispose();
        }
    }
}
