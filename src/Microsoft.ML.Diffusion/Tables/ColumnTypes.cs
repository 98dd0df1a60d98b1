using Microsoft.ML.Data;

namespace Microsoft.ML.Diffusion.Tables;

/// <summary>The types of column in which a value can be missing, those of which values can be made, their names in sentences and their form
/// in files.</summary>
internal static class ColumnTypes
{
    public static bool IsSupported(DataViewType type) => type is VectorDataViewType vector
        ? vector.IsKnownSize && IsReal(vector.ItemType)
        : IsReal(type) || type is KeyDataViewType or TextDataViewType;

    public static bool IsSupported(SchemaShape.Column column) => column.Kind switch
    {
        SchemaShape.Column.VectorKind.Scalar => column.IsKey || IsReal(column.ItemType) || column.ItemType is TextDataViewType,
        SchemaShape.Column.VectorKind.Vector => !column.IsKey && IsReal(column.ItemType),
        _ => false,
    };

    /// <summary>Whether whole rows with such a column can be made, and other columns be predicted from it; in Booleans, whole numbers, dates
    /// and times nothing is missing.</summary>
    public static bool CanBeGenerated(DataViewType type) => IsSupported(type) || IsComplete(type);

    public static bool CanBeGenerated(SchemaShape.Column column) =>
        IsSupported(column) || (column.Kind == SchemaShape.Column.VectorKind.Scalar && IsComplete(column.ItemType));

    public static string GenerationRefusal(string column, string type) =>
        $"Column '{column}' is {type}, of which no values can be made: name it in the option IgnoredColumns, or remove it; " +
        "a number, a vector of Single or Double with a known size, a key, a text, a Boolean, a date or a time was expected.";

    public static string PredictorRefusal(string column, string type) =>
        $"Column '{column}' is {type}, from which nothing can be predicted; it must be a number, a vector of Single or Double with a known size, "
        + "a key, a text, a Boolean, a date or a time.";

    public static string Refusal(string column, string type) =>
        $"Column '{column}' is {type}, in which no value counts as missing here; it must be Single, Double, a vector of one of them with a known size, a key, or text. "
        + "Whole numbers become Single by ml.Transforms.Conversion.ConvertType; as one of PredictorColumns the column can stay as it is.";

    public static string Describe(DataViewType type) => type switch
    {
        KeyDataViewType key => $"a key with {key.Count} values",
        VectorDataViewType { IsKnownSize: false } vector => $"a vector of {vector.ItemType} of unknown size",
        VectorDataViewType vector => $"a vector of {vector.Size} {vector.ItemType}",
        _ => type.ToString()!,
    };

    public static string Describe(SchemaShape.Column column) => column.Kind switch
    {
        SchemaShape.Column.VectorKind.Scalar => column.IsKey ? "a key" : column.ItemType.ToString()!,
        SchemaShape.Column.VectorKind.Vector => $"a vector of {(column.IsKey ? "keys" : column.ItemType)}",
        _ => $"a vector of {(column.IsKey ? "keys" : column.ItemType)} of unknown size",
    };

    public static void Write(BinaryWriter writer, DataViewType type)
    {
        DataViewType item = type is VectorDataViewType vector ? vector.ItemType : type;
        writer.Write(item is TextDataViewType ? "Text" : item.RawType.Name);
        writer.Write(item is KeyDataViewType key ? key.Count : 0UL);
        int[] dimensions = type is VectorDataViewType { Dimensions: var sizes } ? [.. sizes] : [];
        writer.Write(dimensions.Length);
        foreach (int dimension in dimensions)
            writer.Write(dimension);
    }

    public static DataViewType Read(BinaryReader reader)
    {
        string item = reader.ReadString();
        ulong keyCount = reader.ReadUInt64();
        int[] dimensions = reader.ReadItems("dimensions", static reader => reader.ReadInt32());
        PrimitiveDataViewType type = item switch
        {
            "Text" => TextDataViewType.Instance,
            nameof(Boolean) => BooleanDataViewType.Instance,
            nameof(DateTime) => DateTimeDataViewType.Instance,
            nameof(DateTimeOffset) => DateTimeOffsetDataViewType.Instance,
            nameof(TimeSpan) => TimeSpanDataViewType.Instance,
            nameof(SByte) => NumberDataViewType.SByte,
            nameof(Int16) => NumberDataViewType.Int16,
            nameof(Int32) => NumberDataViewType.Int32,
            nameof(Int64) => NumberDataViewType.Int64,
            nameof(Byte) when keyCount == 0 => NumberDataViewType.Byte,
            nameof(UInt16) when keyCount == 0 => NumberDataViewType.UInt16,
            nameof(UInt32) when keyCount == 0 => NumberDataViewType.UInt32,
            nameof(UInt64) when keyCount == 0 => NumberDataViewType.UInt64,
            nameof(Single) => NumberDataViewType.Single,
            nameof(Double) => NumberDataViewType.Double,
            nameof(Byte) => new KeyDataViewType(typeof(byte), keyCount),
            nameof(UInt16) => new KeyDataViewType(typeof(ushort), keyCount),
            nameof(UInt32) => new KeyDataViewType(typeof(uint), keyCount),
            nameof(UInt64) => new KeyDataViewType(typeof(ulong), keyCount),
            _ => throw new InvalidDataException($"The model file is damaged: '{item}' is no type of column."),
        };
        return dimensions.Length == 0 ? type : new VectorDataViewType(type, dimensions);
    }

    private static bool IsComplete(DataViewType type) =>
        type is NumberDataViewType or BooleanDataViewType or DateTimeDataViewType or DateTimeOffsetDataViewType or TimeSpanDataViewType;

    private static bool IsReal(DataViewType type) =>
        type is NumberDataViewType && (type.RawType == typeof(float) || type.RawType == typeof(double));
}
