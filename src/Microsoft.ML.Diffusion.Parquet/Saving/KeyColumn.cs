using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Parquet.Files;

namespace Microsoft.ML.Diffusion.Parquet.Saving;

/// <summary>Keys as what they stand for, where the column says so in texts; else as their numbers, from 1. Key 0 is missing.</summary>
internal static class KeyColumn
{
    /// <summary>How a column of keys is written.</summary>
    public static SavedColumn Of(DataViewSchema.Column column, KeyDataViewType type)
    {
        string[]? names = NamesOf(column);
        return type.RawType == typeof(byte) ? Of<byte>(column, names, key => key)
            : type.RawType == typeof(ushort) ? Of<ushort>(column, names, key => key)
            : type.RawType == typeof(uint) ? Of<uint>(column, names, key => key)
            : Of<ulong>(column, names, key => key);
    }

    private static SavedColumn Of<T>(DataViewSchema.Column column, string[]? names, Func<T, ulong> number) => names is null
        ? SavedColumn.Of<T>(column, new StoredType(StoredKind.UInt64), isNullable: true, values => key =>
            ((StoredValues<ulong>)values).Add(number(key) is > 0 and var value ? value : null))
        : SavedColumn.Of<T>(column, new StoredType(StoredKind.Text), isNullable: true, values => key =>
            ((StoredTexts)values).Add(number(key) is > 0 and var value && value <= (ulong)names.Length ? names[value - 1] : null));

    private static string[]? NamesOf(DataViewSchema.Column column)
    {
        if (column.Annotations.Schema.GetColumnOrNull("KeyValues") is not { Type: VectorDataViewType { ItemType: TextDataViewType } })
            return null;
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.Annotations.GetValue("KeyValues", ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }
}
