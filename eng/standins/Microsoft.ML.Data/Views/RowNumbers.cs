namespace Microsoft.ML.Data;

// A number from [0, 1) for every row: a hash of the row's id, or of its sampling key, and a seed.
internal sealed class RowNumbers(IDataView data, string samplingKeyColumn, int seed)
{
    private readonly DataViewSchema.Column? _key = samplingKeyColumn == null
        ? null
        : data.Schema.GetColumnOrNull(samplingKeyColumn) ?? throw SchemaErrors.ColumnNotFound(samplingKeyColumn, "SamplingKeyColumn", nameof(samplingKeyColumn));

    public IDataView Inside(double lower, double upper) => Filter(number => lower <= number && number < upper);
    public IDataView Outside(double lower, double upper) => Filter(number => number < lower || number >= upper);

    private FilterView Filter(Func<double, bool> keeps) => new(data, _key is DataViewSchema.Column key ? [key] : [], row =>
    {
        Func<DataViewRowId> id = _key is DataViewSchema.Column column
            ? Getters.Invoke<Func<DataViewRowId>>((Func<DataViewRow, DataViewSchema.Column, Func<DataViewRowId>>)Hash<int>, column.Type.RawType, row, column)
            : Id(row);
        return () => keeps((id().Combine(new DataViewRowId((ulong)seed, 0)).Low >> 11) * (1.0 / (1L << 53)));
    });

    private static Func<DataViewRowId> Id(DataViewRow row)
    {
        ValueGetter<DataViewRowId> getter = row.GetIdGetter();
        return () =>
        {
            DataViewRowId id = default;
            getter(ref id);
            return id;
        };
    }

    // A key that is the same in every process, which string.GetHashCode is not.
    private static Func<DataViewRowId> Hash<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        return () =>
        {
            T value = default;
            getter(ref value);
            return value.ToString().Aggregate(default(DataViewRowId), (hash, c) => hash.Combine(new DataViewRowId(c, 0)));
        };
    }
}
