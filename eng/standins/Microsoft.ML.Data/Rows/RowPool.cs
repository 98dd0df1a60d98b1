namespace Microsoft.ML.Data;

// Copies of some rows of a cursor, in numbered places.
internal sealed class RowPool
{
    private readonly Dictionary<int, ISlots> _columns = [];
    private readonly ValueGetter<DataViewRowId> _getId;

    public RowPool(DataViewRow row, IEnumerable<DataViewSchema.Column> columns, int size)
    {
        Ids = new DataViewRowId[size];
        _getId = row.GetIdGetter();
        foreach (DataViewSchema.Column column in columns)
            _columns[column.Index] = (ISlots)Activator.CreateInstance(typeof(Slots<>).MakeGenericType(column.Type.RawType), row.GetGetter(column), size);
    }

    public DataViewRowId[] Ids { get; }
    public int Size => Ids.Length;

    // Copies the row that the cursor stands on.
    public void Load(int slot)
    {
        _getId(ref Ids[slot]);
        foreach (ISlots column in _columns.Values)
            column.Load(slot);
    }

    public void Move(int from, int to)
    {
        Ids[to] = Ids[from];
        foreach (ISlots column in _columns.Values)
            column.Move(from, to);
    }

    public Delegate CreateGetter(DataViewSchema.Column column, Func<int> slot) => _columns[column.Index].CreateGetter(slot);

    private interface ISlots
    {
        void Load(int slot);
        void Move(int from, int to);
        Delegate CreateGetter(Func<int> slot);
    }

    private sealed class Slots<T>(ValueGetter<T> getter, int size) : ISlots
    {
        private readonly T[] _values = new T[size];

        public void Load(int slot) => getter(ref _values[slot]);

        // Swapped, so that no two places share the arrays of one vector.
        public void Move(int from, int to) => (_values[to], _values[from]) = (_values[from], _values[to]);

        public Delegate CreateGetter(Func<int> slot) => (ValueGetter<T>)((ref T value) => Cells.Copy(_values[slot()], ref value));
    }
}
