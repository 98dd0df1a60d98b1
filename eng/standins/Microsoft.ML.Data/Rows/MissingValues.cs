namespace Microsoft.ML.Data;

// Which types have a missing value: NaN of Single and Double, 0 of keys; and vectors of those.
internal static class MissingValues
{
    public static bool Has(DataViewType type) => type.ItemType() is KeyDataViewType or NumberDataViewType { RawType.Name: nameof(Single) or nameof(Double) };

    public static Func<T, bool> Test<T>(DataViewType item)
    {
        if (item is KeyDataViewType)
            return value => EqualityComparer<T>.Default.Equals(value, default);
        if (typeof(T) == typeof(float))
            return (Func<T, bool>)(object)(Func<float, bool>)float.IsNaN;
        if (typeof(T) == typeof(double))
            return (Func<T, bool>)(object)(Func<double, bool>)double.IsNaN;
        throw new NotSupportedException($"{item} has no missing value.");
    }

    // Whether the value of the row at hand is missing, or any item of it.
    public static Func<bool> CreateReader(DataViewRow row, DataViewSchema.Column column)
        => Getters.Invoke<Func<bool>>(
            (Func<DataViewRow, DataViewSchema.Column, Func<bool>>)(column.Type is VectorDataViewType ? Vector<int> : Scalar<int>),
            column.Type.ItemType().RawType, row, column);

    private static Func<bool> Scalar<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        Func<T, bool> isMissing = Test<T>(column.Type);
        return () =>
        {
            T value = default;
            getter(ref value);
            return isMissing(value);
        };
    }

    private static Func<bool> Vector<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<VBuffer<T>> getter = row.GetGetter<VBuffer<T>>(column);
        Func<T, bool> isMissing = Test<T>(column.Type.ItemType());
        VBuffer<T> buffer = default;
        return () =>
        {
            getter(ref buffer);
            return buffer.DenseValues().Any(isMissing);
        };
    }
}
