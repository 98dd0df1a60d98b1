namespace Microsoft.ML.Data;

// Reads a column item by item, scalar or vector.
internal static class Items
{
    // The returned action visits the items of the row at hand; the visit is given the item and its slot, 0 for a scalar.
    public static Action CreateVisitor<T>(DataViewRow row, DataViewSchema.Column column, Action<T, int> visit)
    {
        if (column.Type is not VectorDataViewType)
        {
            ValueGetter<T> getter = row.GetGetter<T>(column);
            return () =>
            {
                T value = default;
                getter(ref value);
                visit(value, 0);
            };
        }
        ValueGetter<VBuffer<T>> getVector = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> sparse = default, dense = default;
        return () =>
        {
            getVector(ref sparse);
            sparse.CopyToDense(ref dense);
            ReadOnlySpan<T> items = dense.GetValues();
            for (int i = 0; i < items.Length; i++)
                visit(items[i], i);
        };
    }
}
