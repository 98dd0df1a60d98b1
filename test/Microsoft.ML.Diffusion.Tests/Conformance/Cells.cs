using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.Diffusion.Tests.Conformance;

/// <summary>Everything in a view as text, exact to the bit.</summary>
public static class Cells
{
    /// <summary>One line per row: the row's id and its cells.</summary>
    public static List<string> Of(IDataView view, params string[] columns) => Of(view, rand: null, columns);

    public static List<string> Of(IDataView view, Random? rand, params string[] columns)
    {
        DataViewSchema.Column[] wanted = [.. view.Schema.Where(column => !column.IsHidden && (columns.Length == 0 || columns.Contains(column.Name, StringComparer.Ordinal)))];
        using DataViewRowCursor cursor = view.GetRowCursor(wanted, rand);
        return Of(cursor, wanted);
    }

    public static List<string> Of(DataViewRowCursor cursor, IEnumerable<DataViewSchema.Column> columns)
    {
        Func<string>[] cells = [.. columns.Select(column => Reader(cursor, column))];
        ValueGetter<DataViewRowId> getId = cursor.GetIdGetter();
        DataViewRowId id = default;
        List<string> lines = [];
        while (cursor.MoveNext())
        {
            getId(ref id);
            lines.Add($"{id}: {string.Join(" | ", cells.Select(cell => cell()))}");
        }

        return lines;
    }

    private static Func<string> Reader(DataViewRow row, DataViewSchema.Column column)
    {
        Type raw = column.Type.RawType;
        if (raw == typeof(float))
            return Read<float>(row, column, Exact);
        if (raw == typeof(double))
            return Read<double>(row, column, value => BitConverter.DoubleToInt64Bits(value).ToString("x", CultureInfo.InvariantCulture));
        if (raw == typeof(VBuffer<float>))
            return Read<VBuffer<float>>(row, column, value => string.Join(' ', value.DenseValues().Select(Exact)));
        if (raw == typeof(VBuffer<uint>))
            return Read<VBuffer<uint>>(row, column, value => string.Join(' ', value.DenseValues()));
        if (raw == typeof(ReadOnlyMemory<char>))
            return Read<ReadOnlyMemory<char>>(row, column, value => $"'{value}'");
        if (raw == typeof(bool))
            return Read<bool>(row, column, value => value ? "1" : "0");
        if (raw == typeof(DateTimeOffset))
            return Read<DateTimeOffset>(row, column, value => value.ToString("O", CultureInfo.InvariantCulture));
        if (raw == typeof(DateTime))
            return Read<DateTime>(row, column, value => $"{value.Ticks}");
        return NumberReader(row, column, raw);
    }

    private static Func<string> NumberReader(DataViewRow row, DataViewSchema.Column column, Type raw)
    {
        if (raw == typeof(TimeSpan))
            return Read<TimeSpan>(row, column, value => $"{value.Ticks}");
        if (raw == typeof(sbyte))
            return Read<sbyte>(row, column, value => $"{value}");
        if (raw == typeof(byte))
            return Read<byte>(row, column, value => $"{value}");
        if (raw == typeof(short))
            return Read<short>(row, column, value => $"{value}");
        if (raw == typeof(ushort))
            return Read<ushort>(row, column, value => $"{value}");
        if (raw == typeof(int))
            return Read<int>(row, column, value => $"{value}");
        if (raw == typeof(uint))
            return Read<uint>(row, column, value => $"{value}");
        if (raw == typeof(long))
            return Read<long>(row, column, value => $"{value}");
        if (raw == typeof(ulong))
            return Read<ulong>(row, column, value => $"{value}");
        if (raw == typeof(VBuffer<bool>))
            return Read<VBuffer<bool>>(row, column, value => string.Join(" ", value.DenseValues()));
        throw new NotSupportedException($"{column.Name} is {column.Type}.");
    }

    private static string Exact(float value) => BitConverter.SingleToInt32Bits(value).ToString("x", CultureInfo.InvariantCulture);

    private static Func<string> Read<T>(DataViewRow row, DataViewSchema.Column column, Func<T, string> format)
    {
        ValueGetter<T> get = row.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            get(ref value);
            return format(value);
        };
    }
}
