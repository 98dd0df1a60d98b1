using Apache.Arrow.Types;
using Microsoft.ML.Diffusion.Parquet.Files;
using Parquet.Schema;
using TimeUnit = Apache.Arrow.Types.TimeUnit;

namespace Microsoft.ML.Diffusion.Parquet.Formats;

/// <summary>Types of Arrow as those of a table, and back.</summary>
internal static class ArrowTypes
{
    private const string Large = "LargeUtf8", View = "Utf8View", Date64 = "Date64", Second = "Second";

    /// <summary>The type of a table.</summary>
    /// <param name="type">The type in the file.</param>
    /// <param name="levels">The texts of a dictionary.</param>
    /// <returns>Null where a cell of a table cannot hold its values.</returns>
    public static StoredType? Of(IArrowType type, IEnumerable<string> levels) => type switch
    {
        StringType => new StoredType(StoredKind.Text),
        LargeStringType => new StoredType(StoredKind.Text, Form: Large),
        StringViewType => new StoredType(StoredKind.Text, Form: View),
        DictionaryType { ValueType: StringType or LargeStringType or StringViewType } dictionary
            when KindOf(dictionary.IndexType) is >= StoredKind.Int8 and <= StoredKind.UInt64 and { } index =>
            StoredType.OfDictionary(index, dictionary.Ordered, levels),
        Decimal128Type number => new StoredType(StoredKind.Decimal, number.Precision, number.Scale),
        Date32Type => new StoredType(StoredKind.Date, Format: DateTimeFormat.Date),
        Date64Type => new StoredType(StoredKind.Date, Format: DateTimeFormat.Date, Form: Date64),
        TimestampType moment => new StoredType(
            StoredKind.Timestamp, Unit: UnitOf(moment.Unit), IsUtc: !string.IsNullOrEmpty(moment.Timezone),
            Form: StoredType.FormOf(moment.Unit == TimeUnit.Second ? Second : string.Empty, moment.Timezone ?? string.Empty)),
        TimeType time => new StoredType(
            StoredKind.Time, Unit: UnitOf(time.Unit), Form: time.Unit == TimeUnit.Second ? Second : string.Empty),
        _ => KindOf(type) is { } kind ? new StoredType(kind) : null,
    };

    /// <summary>The type in a file. Identifiers are texts there.</summary>
    public static IArrowType ToArrow(StoredType type) => type.Kind switch
    {
        StoredKind.Boolean => BooleanType.Default,
        StoredKind.Single => FloatType.Default,
        StoredKind.Double => DoubleType.Default,
        StoredKind.Decimal => new Decimal128Type(type.Precision, type.Scale),
        StoredKind.Text when type.Levels is { } levels => new DictionaryType(
            IndexFor(type.FormParts[1], levels.Count), StringType.Default, bool.Parse(type.FormParts[2])),
        StoredKind.Text when type.Form == Large => LargeStringType.Default,
        StoredKind.Text when type.Form == View => StringViewType.Default,
        StoredKind.Text or StoredKind.Guid => StringType.Default,
        StoredKind.Date when type.Form == Date64 => Date64Type.Default,
        StoredKind.Date => Date32Type.Default,
        StoredKind.Timestamp => new TimestampType(UnitOf(type), ZoneOf(type)),
        StoredKind.Time when UnitOf(type) is TimeUnit.Second or TimeUnit.Millisecond => new Time32Type(UnitOf(type)),
        StoredKind.Time => new Time64Type(UnitOf(type)),
        _ => WholeType(type.Kind),
    };

    /// <summary>What a file counts for one tick of 100 nanoseconds, as a fraction.</summary>
    /// <returns>Ticks of one step, and steps of one tick; one of them is 1.</returns>
    public static (long Ticks, long Steps) TicksOf(TimeUnit unit) => unit switch
    {
        TimeUnit.Second => (TimeSpan.TicksPerSecond, 1),
        TimeUnit.Millisecond => (TimeSpan.TicksPerMillisecond, 1),
        TimeUnit.Microsecond => (TimeSpan.TicksPerMicrosecond, 1),
        _ => (1, TimeSpan.NanosecondsPerTick),
    };

    /// <summary>A count divided by a positive one, towards the past.</summary>
    public static long Floor(long count, long divisor) => Math.DivRem(count, divisor) is var (whole, rest) && rest < 0 ? whole - 1 : whole;

    private static string UnitOf(TimeUnit unit) => unit switch
    {
        // Parquet has no seconds.
        TimeUnit.Second or TimeUnit.Millisecond => nameof(TimeUnitPrecision.Millis),
        TimeUnit.Microsecond => nameof(TimeUnitPrecision.Micros),
        _ => nameof(TimeUnitPrecision.Nanos),
    };

    private static TimeUnit UnitOf(StoredType type) =>
        type.FormParts[0] == Second ? TimeUnit.Second
        : type.Unit == nameof(TimeUnitPrecision.Millis) ? TimeUnit.Millisecond
        : type.Unit == nameof(TimeUnitPrecision.Nanos) ? TimeUnit.Nanosecond
        : TimeUnit.Microsecond;

    private static string? ZoneOf(StoredType type) =>
        !type.IsUtc ? null : type.FormParts is [_, { Length: > 0 } zone] ? zone : "UTC";

    // A dictionary that was filled in from a model of other rows may have more levels than its indices could count.
    private static IArrowType IndexFor(string name, int levels)
    {
        StoredKind kind = Enum.Parse<StoredKind>(name);
        bool isTooNarrow = levels - 1 > kind switch
        {
            StoredKind.Int8 => sbyte.MaxValue,
            StoredKind.UInt8 => byte.MaxValue,
            StoredKind.Int16 => short.MaxValue,
            StoredKind.UInt16 => ushort.MaxValue,
            _ => int.MaxValue,
        };
        return isTooNarrow ? Int32Type.Default : WholeType(kind);
    }

    private static IArrowType WholeType(StoredKind kind) => kind switch
    {
        StoredKind.Int8 => Int8Type.Default,
        StoredKind.Int16 => Int16Type.Default,
        StoredKind.Int32 => Int32Type.Default,
        StoredKind.UInt8 => UInt8Type.Default,
        StoredKind.UInt16 => UInt16Type.Default,
        StoredKind.UInt32 => UInt32Type.Default,
        StoredKind.UInt64 => UInt64Type.Default,
        _ => Int64Type.Default,
    };

    private static StoredKind? KindOf(IArrowType type) => type.TypeId switch
    {
        ArrowTypeId.Boolean => StoredKind.Boolean,
        ArrowTypeId.Int8 => StoredKind.Int8,
        ArrowTypeId.Int16 => StoredKind.Int16,
        ArrowTypeId.Int32 => StoredKind.Int32,
        ArrowTypeId.Int64 => StoredKind.Int64,
        ArrowTypeId.UInt8 => StoredKind.UInt8,
        ArrowTypeId.UInt16 => StoredKind.UInt16,
        ArrowTypeId.UInt32 => StoredKind.UInt32,
        ArrowTypeId.UInt64 => StoredKind.UInt64,
        ArrowTypeId.Float => StoredKind.Single,
        ArrowTypeId.Double => StoredKind.Double,
        _ => null,
    };
}
