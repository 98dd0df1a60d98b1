using System.Globalization;
using Parquet.Schema;

namespace Microsoft.ML.Diffusion.Parquet.Files;

/// <summary>The type of a column, without its name and without whether it may be null.</summary>
/// <param name="Kind">What the values are.</param>
/// <param name="Precision">Digits of a decimal number; else 0.</param>
/// <param name="Scale">Those of them after the point; else 0.</param>
/// <param name="Unit">What a time is counted in: <c>Millis</c>, <c>Micros</c> or <c>Nanos</c>; else nothing.</param>
/// <param name="IsUtc">Whether a time is one of UTC.</param>
/// <param name="Format">How a timestamp is stored in Parquet.</param>
/// <param name="Form">What else an Arrow file says of the type, parts by <see cref="FormOf"/>; nothing where that is the usual: the zone of
/// a timestamp, the levels of a dictionary.</param>
internal sealed record StoredType(
    StoredKind Kind, int Precision = 0, int Scale = 0, string Unit = "", bool IsUtc = false,
    DateTimeFormat Format = DateTimeFormat.Timestamp, string Form = "")
{
    private const string Dictionary = nameof(Dictionary);

    // The mark, the type of the indices, and whether levels have an order.
    private const int PartsBeforeLevels = 3;

    /// <summary>The parts of <see cref="Form"/>; at least one.</summary>
    public string[] FormParts => [.. Form.Split('/').Select(Uri.UnescapeDataString)];

    /// <summary>The texts of a dictionary, in its order; null where there is none.</summary>
    public IReadOnlyList<string>? Levels => FormParts is [Dictionary, ..] parts ? parts[PartsBeforeLevels..] : null;

    /// <summary>Puts parts into one text, in which no blank is.</summary>
    public static string FormOf(params IEnumerable<string> parts) => string.Join('/', parts.Select(Uri.EscapeDataString));

    /// <summary>Texts that are kept as places in a list of levels.</summary>
    /// <param name="index">What the places are: a kind of whole numbers.</param>
    /// <param name="isOrdered">Whether the order of the levels means something.</param>
    /// <param name="levels">The texts.</param>
    public static StoredType OfDictionary(StoredKind index, bool isOrdered, IEnumerable<string> levels) =>
        new(StoredKind.Text, Form: FormOf([Dictionary, index.ToString(), isOrdered.ToString(), .. levels]));

    /// <summary>The type that holds the values of this and of another one.</summary>
    /// <returns>Null where no type does.</returns>
    public StoredType? With(StoredType other) =>
        this == other ? this
        : Levels is not null && other.Levels is { } more ? WithLevels(more)
        : null;

    /// <summary>The same dictionary, with levels behind its own where it lacks them.</summary>
    public StoredType WithLevels(IEnumerable<string> more) =>
        this with { Form = FormOf([.. FormParts[..PartsBeforeLevels], .. Levels!.Union(more, StringComparer.Ordinal)]) };

    /// <summary>The type of a field.</summary>
    /// <returns>Null where a cell of a table cannot hold its values: lists, structures, bytes.</returns>
    public static StoredType? Of(Field field)
    {
        if (field is not DataField { MaxRepetitionLevel: 0, IsArray: false } data || field.Path.Length > 1)
            return null;
        return data switch
        {
            DateTimeDataField { DateTimeFormat: DateTimeFormat.Date } => new StoredType(StoredKind.Date, Format: DateTimeFormat.Date),
            DateTimeDataField moment => new StoredType(
                StoredKind.Timestamp, Unit: moment.Unit.ToString(), IsUtc: moment.IsAdjustedToUTC,
                Format: moment.DateTimeFormat),
            TimeDataField time => new StoredType(StoredKind.Time, Unit: time.Precision.ToString(), IsUtc: time.IsAdjustedToUtc),
            DecimalDataField number when data.ClrType == typeof(decimal) =>
                new StoredType(StoredKind.Decimal, number.Precision, number.Scale),
            _ => KindOf(data.ClrType) is { } kind ? new StoredType(kind) : null,
        };
    }

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <returns>Null where it is no such text.</returns>
    public static StoredType? Parse(string text)
    {
        string[] parts = text.Split(' ');
        return parts.Length == 7
            && Enum.TryParse(parts[0], out StoredKind kind)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int precision)
            && int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out int scale)
            && bool.TryParse(parts[4], out bool isUtc)
            && Enum.TryParse(parts[5], out DateTimeFormat format)
            ? new StoredType(kind, precision, scale, parts[3] == "-" ? string.Empty : parts[3], isUtc, format, parts[6])
            : null;
    }

    /// <summary>A field of this type.</summary>
    public DataField ToField(string name, bool isNullable) => Kind switch
    {
        StoredKind.Date => new DateTimeDataField(name, DateTimeFormat.Date, isNullable: isNullable),
        StoredKind.Timestamp => new DateTimeDataField(
            name, Format, IsUtc, Unit.Length == 0 ? null : Enum.Parse<DateTimeTimeUnit>(Unit), isNullable),
        StoredKind.Time => new TimeDataField(name, Enum.Parse<TimeUnitPrecision>(Unit), isNullable) { IsAdjustedToUtc = IsUtc },
        StoredKind.Decimal => new DecimalDataField(name, Precision, Scale, isNullable: isNullable),
        _ => new DataField(name, ClrType, isNullable),
    };

    /// <summary>An empty list of values of this type.</summary>
    public StoredValues CreateValues() => Kind switch
    {
        StoredKind.Boolean => new StoredValues<bool>(),
        StoredKind.Int8 => new StoredValues<sbyte>(),
        StoredKind.Int16 => new StoredValues<short>(),
        StoredKind.Int32 => new StoredValues<int>(),
        StoredKind.Int64 => new StoredValues<long>(),
        StoredKind.UInt8 => new StoredValues<byte>(),
        StoredKind.UInt16 => new StoredValues<ushort>(),
        StoredKind.UInt32 => new StoredValues<uint>(),
        StoredKind.UInt64 => new StoredValues<ulong>(),
        StoredKind.Single => new StoredValues<float>(),
        StoredKind.Double => new StoredValues<double>(),
        StoredKind.Decimal => new StoredValues<decimal>(),
        StoredKind.Date or StoredKind.Timestamp => new StoredValues<DateTime>(),
        StoredKind.Time => new StoredTimes(Unit),
        StoredKind.Guid => new StoredValues<Guid>(),
        _ => new StoredTexts(),
    };

    /// <summary>Writes it down, for <see cref="Parse"/>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Kind} {Precision} {Scale} {(Unit.Length == 0 ? "-" : Unit)} {IsUtc} {Format} {Form}");

    /// <summary>The type as messages name it.</summary>
    public string Name => Kind switch
    {
        StoredKind.Decimal => string.Create(CultureInfo.InvariantCulture, $"Decimal({Precision}, {Scale})"),
        StoredKind.Timestamp or StoredKind.Time => $"{Kind}({Unit}{(IsUtc ? ", UTC" : "")})",
        _ => Kind.ToString(),
    };

    private Type ClrType => Kind switch
    {
        StoredKind.Boolean => typeof(bool),
        StoredKind.Int8 => typeof(sbyte),
        StoredKind.Int16 => typeof(short),
        StoredKind.Int32 => typeof(int),
        StoredKind.Int64 => typeof(long),
        StoredKind.UInt8 => typeof(byte),
        StoredKind.UInt16 => typeof(ushort),
        StoredKind.UInt32 => typeof(uint),
        StoredKind.UInt64 => typeof(ulong),
        StoredKind.Single => typeof(float),
        StoredKind.Double => typeof(double),
        StoredKind.Guid => typeof(Guid),
        _ => typeof(string),
    };

    private static StoredKind? KindOf(Type type) =>
        type == typeof(ReadOnlyMemory<char>) || type == typeof(string) ? StoredKind.Text
        : type == typeof(Guid) ? StoredKind.Guid
        : Type.GetTypeCode(type) switch
        {
            TypeCode.Boolean => StoredKind.Boolean,
            TypeCode.SByte => StoredKind.Int8,
            TypeCode.Int16 => StoredKind.Int16,
            TypeCode.Int32 => StoredKind.Int32,
            TypeCode.Int64 => StoredKind.Int64,
            TypeCode.Byte => StoredKind.UInt8,
            TypeCode.UInt16 => StoredKind.UInt16,
            TypeCode.UInt32 => StoredKind.UInt32,
            TypeCode.UInt64 => StoredKind.UInt64,
            TypeCode.Single => StoredKind.Single,
            TypeCode.Double => StoredKind.Double,
            _ => null,
        };
}
