namespace Microsoft.ML.Data;

// Numeric columns read as double whatever their type.
internal static class Numbers
{
    public static Func<double> CreateReader(DataViewRow row, DataViewSchema.Column column) => Type.GetTypeCode(column.Type.RawType) switch
    {
        TypeCode.Single => Reader<float>(row, column, value => value),
        TypeCode.Double => Reader<double>(row, column, value => value),
        _ => throw SchemaErrors.TypeMismatch(column.Name, "Single or Double", column.Type.ToString()),
    };

    private static Func<double> Reader<T>(DataViewRow row, DataViewSchema.Column column, Func<T, double> convert)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        return () =>
        {
            T value = default;
            getter(ref value);
            return convert(value);
        };
    }
}
