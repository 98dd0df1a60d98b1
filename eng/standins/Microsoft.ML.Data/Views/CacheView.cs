namespace Microsoft.ML.Data;

// Keeps in memory what has once been read; a column is read when it is first asked for. Rows get new ids, their numbers.
internal sealed class CacheView : IDataView
{
    private readonly IDataView _input;
    private readonly Array[] _columns;
    private readonly Lock _filling = new();
    private int _count = -1;

    public CacheView(IDataView input, params string[] columnsToPrefetch)
    {
        _input = input;
        _columns = new Array[input.Schema.Count];
        DataViewSchema.Column[] prefetched = Array.ConvertAll(columnsToPrefetch, name => input.Schema.GetColumnOrNull(name)
            ?? throw SchemaErrors.ColumnNotFound(name, "prefetch", nameof(columnsToPrefetch)));
        if (prefetched.Length > 0)
            Fill(prefetched);
    }

    public bool CanShuffle => true;
    public DataViewSchema Schema => _input.Schema;
    public long? GetRowCount() => _count >= 0 ? _count : _input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
        => GetRowCursorSet(columnsNeeded, 1, rand)[0];

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
    {
        DataViewSchema.Column[] needed = [.. columnsNeeded];
        Fill(needed);
        int[] order = null;
        if (rand != null)
        {
            order = [.. Enumerable.Range(0, _count)];
            rand.Shuffle(order);
        }
        n = Math.Clamp(n, 1, Math.Max(_count, 1));
        return [.. Enumerable.Range(0, n).Select(first => new Cursor(this, Schema.FlagsOf(needed), order, first, n))];
    }

    // Reads in one pass the columns that are not there yet.
    private void Fill(IEnumerable<DataViewSchema.Column> columns)
    {
        lock (_filling)
        {
            DataViewSchema.Column[] absent = [.. columns.Where(column => _columns[column.Index] == null).DistinctBy(column => column.Index)];
            if (absent.Length == 0 && _count >= 0)
                return;
            if (absent.Length == 0)
                absent = [.. Schema.Take(1)];
            using DataViewRowCursor cursor = _input.GetRowCursor(absent);
            IStore[] stores = Array.ConvertAll(absent, column => CreateStore(cursor, column));
            int count = 0;
            for (; cursor.MoveNext(); count++)
            {
                foreach (IStore store in stores)
                    store.Add();
            }
            for (int i = 0; i < absent.Length; i++)
                _columns[absent[i].Index] = stores[i].ToArray();
            _count = count;
        }
    }

    private static IStore CreateStore(DataViewRow row, DataViewSchema.Column column)
        => (IStore)Activator.CreateInstance(typeof(Store<>).MakeGenericType(column.Type.RawType), row.GetGetter(column));

    private interface IStore
    {
        void Add();
        Array ToArray();
    }

    private sealed class Store<T>(ValueGetter<T> getter) : IStore
    {
        private readonly List<T> _values = [];

        public void Add()
        {
            T value = default;
            getter(ref value);
            _values.Add(value);
        }

        public Array ToArray() => _values.ToArray();
    }

    // Visits every stride-th row of the order; the row's place in the order is its batch, by which a set is put back together.
    private sealed class Cursor(CacheView view, bool[] active, int[] order, int first, int stride) : SequentialCursor(view.Schema, active)
    {
        private int _next = first;
        private int _row = -1;

        public override long Batch => _row < 0 ? 0 : _next - stride;

        protected override bool MoveNextCore()
        {
            if (_next >= view._count)
            {
                _row = -1;
                return false;
            }
            _row = order == null ? _next : order[_next];
            _next += stride;
            return true;
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) =>
        {
            CheckOnRow();
            value = new DataViewRowId((ulong)_row, 0);
        };

        protected override Delegate CreateGetter(DataViewSchema.Column column)
            => Getters.Invoke<Delegate>((Func<DataViewSchema.Column, Delegate>)Getter<int>, column.Type.RawType, column);

        private Delegate Getter<T>(DataViewSchema.Column column)
        {
            var values = (T[])view._columns[column.Index];
            return (ValueGetter<T>)((ref T value) => Cells.Copy(values[_row], ref value));
        }
    }
}
