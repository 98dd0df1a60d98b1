using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.Diffusion.Evaluation.Tables;

/// <summary>What the keys of a column stand for, as texts by which keys of several views are compared: numbers and moments too, in one
/// spelling whatever the culture.</summary>
internal static class KeyNames
{
    /// <summary>The name of key 1, of key 2 and so on; null where the column does not say what they stand for.</summary>
    public static string[]? Of(DataViewSchema.Column column)
    {
        if (column.Annotations.Schema.GetColumnOrNull("KeyValues")?.Type is not VectorDataViewType { ItemType: { } item })
            return null;
        return item switch
        {
            TextDataViewType => Read<ReadOnlyMemory<char>>(column, text => text.ToString()),
            BooleanDataViewType => Read<bool>(column, value => value.ToString()),
            DateTimeDataViewType => Read<DateTime>(column, value => value.ToString("O", CultureInfo.InvariantCulture)),
            DateTimeOffsetDataViewType => Read<DateTimeOffset>(column, value => value.ToString("O", CultureInfo.InvariantCulture)),
            TimeSpanDataViewType => Read<TimeSpan>(column, value => value.ToString("c", CultureInfo.InvariantCulture)),
            NumberDataViewType => OfNumbers(column, item.RawType),
            _ => null,
        };
    }

    private static string[]? OfNumbers(DataViewSchema.Column column, Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.SByte => Numbers<sbyte>(column),
        TypeCode.Byte => Numbers<byte>(column),
        TypeCode.Int16 => Numbers<short>(column),
        TypeCode.UInt16 => Numbers<ushort>(column),
        TypeCode.Int32 => Numbers<int>(column),
        TypeCode.UInt32 => Numbers<uint>(column),
        TypeCode.Int64 => Numbers<long>(column),
        TypeCode.UInt64 => Numbers<ulong>(column),
        TypeCode.Single => Numbers<float>(column),
        TypeCode.Double => Numbers<double>(column),
        _ => null,
    };

    private static string[] Numbers<T>(DataViewSchema.Column column)
        where T : IFormattable => Read<T>(column, value => value.ToString(null, CultureInfo.InvariantCulture));

    private static string[] Read<T>(DataViewSchema.Column column, Func<T, string> name)
    {
        VBuffer<T> values = default;
        column.Annotations.GetValue("KeyValues", ref values);
        return [.. values.DenseValues().Select(name)];
    }
}
