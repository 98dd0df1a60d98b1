namespace Microsoft.ML.Data;

// Reads a label of any type as a number: Boolean as 0 or 1, a key as its class from 0; missing is NaN.
internal static class LabelReader
{
    public static Func<float> Of(DataViewRow row, DataViewSchema.Column column)
    {
        switch (column.Type)
        {
            case BooleanDataViewType:
                ValueGetter<bool> getFlag = row.GetGetter<bool>(column);
                bool flag = false;
                return () =>
                {
                    getFlag(ref flag);
                    return flag ? 1 : 0;
                };
            case KeyDataViewType key when key.RawType == typeof(uint):
                ValueGetter<uint> getKey = row.GetGetter<uint>(column);
                uint value = 0;
                return () =>
                {
                    getKey(ref value);
                    return value == 0 ? float.NaN : value - 1;
                };
            case NumberDataViewType number when number.RawType == typeof(double):
                ValueGetter<double> getDouble = row.GetGetter<double>(column);
                double large = 0;
                return () =>
                {
                    getDouble(ref large);
                    return (float)large;
                };
            case NumberDataViewType number when number.RawType == typeof(float):
                ValueGetter<float> getSingle = row.GetGetter<float>(column);
                float single = 0;
                return () =>
                {
                    getSingle(ref single);
                    return single;
                };
            default:
                throw SchemaErrors.TypeMismatch(column.Name, "Single, Double, Boolean, or a Key", column.Type.ToString(), "label", "schema");
        }
    }
}
