namespace Microsoft.ML.Data;

// Copies a value out of where it is kept: a vector into the receiver's own arrays, anything else by assignment.
internal static class Cells
{
    public static void Copy<T>(T source, ref T destination) => Copier<T>.Instance(source, ref destination);

    private delegate void CopyValue<T>(T source, ref T destination);

    private static class Copier<T>
    {
        public static readonly CopyValue<T> Instance = ColumnTypes.ItemOf(typeof(T)) is Type item
            ? Getters.Invoke<CopyValue<T>>((Func<CopyValue<VBuffer<int>>>)Vector<int>, item)
            : (T source, ref T destination) => destination = source;
    }

    private static CopyValue<VBuffer<T>> Vector<T>() => (VBuffer<T> source, ref VBuffer<T> destination) => source.CopyTo(ref destination);
}
