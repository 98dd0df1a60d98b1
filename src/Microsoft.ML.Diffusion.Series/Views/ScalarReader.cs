using Microsoft.ML.Data;

namespace Microsoft.ML.Diffusion.Series.Views;

/// <summary>Reads values of any type of number or time as Double. Dates count in hours from 1970, so that limits and periods in hours hold
/// for them.</summary>
internal static class ScalarReader
{
    private static readonly Type[] s_numbers =
    [
        typeof(float), typeof(double), typeof(sbyte), typeof(byte), typeof(short), typeof(ushort), typeof(int), typeof(uint), typeof(long),
        typeof(ulong),
    ];

    /// <summary>Whether values of a type are numbers.</summary>
    public static bool IsNumber(Type type) => Array.IndexOf(s_numbers, type) >= 0;

    /// <summary>Opens a column of single values.</summary>
    public static Func<double> Open(DataViewRow row, DataViewSchema.Column column)
    {
        Type raw = column.Type.RawType;
        return
            raw == typeof(float) ? Read<float>(row, column, value => value) :
            raw == typeof(double) ? Read<double>(row, column, value => value) :
            raw == typeof(long) ? Read<long>(row, column, value => value) :
            raw == typeof(int) ? Read<int>(row, column, value => value) :
            raw == typeof(DateTime) ? Read<DateTime>(row, column, Hours) :
            raw == typeof(DateTimeOffset) ? Read<DateTimeOffset>(row, column, Hours) :
            raw == typeof(bool) ? Read<bool>(row, column, value => value ? 1 : 0) :
            raw == typeof(sbyte) ? Read<sbyte>(row, column, value => value) :
            raw == typeof(byte) ? Read<byte>(row, column, value => value) :
            raw == typeof(short) ? Read<short>(row, column, value => value) :
            raw == typeof(ushort) ? Read<ushort>(row, column, value => value) :
            raw == typeof(uint) ? Read<uint>(row, column, value => value) :
            Read<ulong>(row, column, value => value);
    }

    /// <summary>Opens a column of vectors; what it returns is valid until the next call.</summary>
    public static Func<double[]> OpenVector(DataViewRow row, DataViewSchema.Column column)
    {
        Type raw = ((VectorDataViewType)column.Type).ItemType.RawType;
        return
            raw == typeof(float) ? ReadVector<float>(row, column, value => value) :
            raw == typeof(double) ? ReadVector<double>(row, column, value => value) :
            raw == typeof(long) ? ReadVector<long>(row, column, value => value) :
            raw == typeof(int) ? ReadVector<int>(row, column, value => value) :
            raw == typeof(DateTime) ? ReadVector<DateTime>(row, column, Hours) :
            raw == typeof(DateTimeOffset) ? ReadVector<DateTimeOffset>(row, column, Hours) :
            raw == typeof(sbyte) ? ReadVector<sbyte>(row, column, value => value) :
            raw == typeof(byte) ? ReadVector<byte>(row, column, value => value) :
            raw == typeof(short) ? ReadVector<short>(row, column, value => value) :
            raw == typeof(ushort) ? ReadVector<ushort>(row, column, value => value) :
            raw == typeof(uint) ? ReadVector<uint>(row, column, value => value) :
            ReadVector<ulong>(row, column, value => value);
    }

    // The default of a type is what ML.NET gives where there is no date.
    private static double Hours(DateTime value) =>
        value == default ? double.NaN : (value.Ticks - DateTime.UnixEpoch.Ticks) / (double)TimeSpan.TicksPerHour;

    private static double Hours(DateTimeOffset value) => value == default ? double.NaN : Hours(value.UtcDateTime);

    private static Func<double> Read<T>(DataViewRow row, DataViewSchema.Column column, Func<T, double> number)
    {
        ValueGetter<T> get = row.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            get(ref value);
            return number(value);
        };
    }

    private static Func<double[]> ReadVector<T>(DataViewRow row, DataViewSchema.Column column, Func<T, double> number)
    {
        ValueGetter<VBuffer<T>> get = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> buffer = default;
        double[] values = [];
        return () =>
        {
            get(ref buffer);
            if (values.Length != buffer.Length)
                values = new double[buffer.Length];
            int slot = 0;
            foreach (T value in buffer.DenseValues())
                values[slot++] = number(value);
            return values;
        };
    }
}
