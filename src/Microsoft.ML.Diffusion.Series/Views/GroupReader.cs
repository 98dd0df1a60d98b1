using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.Diffusion.Series.Views;

/// <summary>Reads the name of the series that a row belongs to, as text; it is empty where there is none: an empty text, NaN, the key
/// 0.</summary>
internal static class GroupReader
{
    /// <summary>Opens a column; what it returns is valid until the next call.</summary>
    public static Func<ReadOnlyMemory<char>> Open(DataViewRow row, DataViewSchema.Column column)
    {
        Type raw = column.Type.RawType;
        bool isKey = column.Type is KeyDataViewType;
        if (raw == typeof(ReadOnlyMemory<char>))
        {
            ValueGetter<ReadOnlyMemory<char>> get = row.GetGetter<ReadOnlyMemory<char>>(column);
            ReadOnlyMemory<char> value = default;
            return () =>
            {
                get(ref value);
                return value;
            };
        }
        return
            raw == typeof(float) ? Read<float>(row, column, float.IsNaN) :
            raw == typeof(double) ? Read<double>(row, column, double.IsNaN) :
            raw == typeof(sbyte) ? Read<sbyte>(row, column, _ => false) :
            raw == typeof(byte) ? Read<byte>(row, column, key => isKey && key == 0) :
            raw == typeof(short) ? Read<short>(row, column, _ => false) :
            raw == typeof(ushort) ? Read<ushort>(row, column, key => isKey && key == 0) :
            raw == typeof(int) ? Read<int>(row, column, _ => false) :
            raw == typeof(uint) ? Read<uint>(row, column, key => isKey && key == 0) :
            raw == typeof(long) ? Read<long>(row, column, _ => false) :
            Read<ulong>(row, column, key => isKey && key == 0);
    }

    /// <summary>What tells a series from others when it is drawn: the same for the same name, whatever other series there are (FNV-1a,
    /// 64 bits).</summary>
    public static ulong IdOf(ReadOnlySpan<char> name)
    {
        ulong hash = 14695981039346656037;
        foreach (char letter in name)
            hash = (hash ^ letter) * 1099511628211;
        return hash;
    }

    private static Func<ReadOnlyMemory<char>> Read<T>(DataViewRow row, DataViewSchema.Column column, Func<T, bool> isEmpty)
        where T : ISpanFormattable
    {
        ValueGetter<T> get = row.GetGetter<T>(column);
        T value = default!;
        char[] text = new char[64];
        return () =>
        {
            get(ref value);
            if (isEmpty(value))
                return default;
            value.TryFormat(text, out int length, default, CultureInfo.InvariantCulture);
            return text.AsMemory(0, length);
        };
    }
}
