using System.Globalization;
using Parquet.Schema;

namespace Microsoft.ML.Diffusion.Parquet.Files;

/// <summary>The type of a column, without its name and without whether it may be null.</summary>
/// <param name="Kind">What the values are.</param>
/// <param name="Precision">Digits of a decimal number; else 0.</param>
/// <param name="Scale">Those of them after the point; else 0.</param>
/// <param name="Unit">What a time is counted in: <c>Millis</c>, <c>Micros</c> or <c>Nanos</c>; else nothing.</param>
/// <param name="IsUtc">Whether a time is one of UTC.</param>
/// <param name="Format">How a timestamp is stored.</param>
internal sealed record ParquetType(
    ParquetKind Kind, int Precision = 0, int Scale = 0, string Unit = "", bool IsUtc = false,
    DateTimeFormat Format = DateTimeFormat.Timestamp)
{
    /// <summary>The type of a field.</summary>
    /// <returns>Null where a cell of a table cannot hold its values: lists, structures, bytes.</returns>
    public static ParquetType? Of(Field field)
    {
        if (field is not DataField { MaxRepetitionLevel: 0, IsArray: false } data || field.Path.Length > 1)
            return null;
        return data switch
        {
            DateTimeDataField { DateTimeFormat: DateTimeFormat.Date } => new ParquetType(ParquetKind.Date, Format: DateTimeFormat.Date),
            DateTimeDataField moment => new ParquetType(
                ParquetKind.Timestamp, Unit: moment.Unit.ToString(), IsUtc: moment.IsAdjustedToUTC,
                Format: moment.DateTimeFormat),
            TimeDataField time => new ParquetType(ParquetKind.Time, Unit: time.Precision.ToString(), IsUtc: time.IsAdjustedToUtc),
            DecimalDataField number when data.ClrType == typeof(decimal) =>
                new ParquetType(ParquetKind.Decimal, number.Precision, number.Scale),
            _ => KindOf(data.ClrType) is { } kind ? new ParquetType(kind) : null,
        };
    }

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <returns>Null where it is no such text.</returns>
    public static ParquetType? Parse(string text)
    {
        string[] parts = text.Split(' ');
        return parts.Length == 6
            && Enum.TryParse(parts[0], out ParquetKind kind)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int precision)
            && int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out int scale)
            && bool.TryParse(parts[4], out bool isUtc)
            && Enum.TryParse(parts[5], out DateTimeFormat format)
            ? new ParquetType(kind, precision, scale, parts[3] == "-" ? string.Empty : parts[3], isUtc, format)
            : null;
    }

    /// <summary>A field of this type.</summary>
    public DataField ToField(string name, bool isNullable) => Kind switch
    {
        ParquetKind.Date => new DateTimeDataField(name, DateTimeFormat.Date, isNullable: isNullable),
        ParquetKind.Timestamp => new DateTimeDataField(
            name, Format, IsUtc, Unit.Length == 0 ? null : Enum.Parse<DateTimeTimeUnit>(Unit), isNullable),
        ParquetKind.Time => new TimeDataField(name, Enum.Parse<TimeUnitPrecision>(Unit), isNullable) { IsAdjustedToUtc = IsUtc },
        ParquetKind.Decimal => new DecimalDataField(name, Precision, Scale, isNullable: isNullable),
        _ => new DataField(name, ClrType, isNullable),
    };

    /// <summary>An empty list of values of this type.</summary>
    public ParquetValues CreateValues() => Kind switch
    {
        ParquetKind.Boolean => new ParquetValues<bool>(),
        ParquetKind.Int8 => new ParquetValues<sbyte>(),
        ParquetKind.Int16 => new ParquetValues<short>(),
        ParquetKind.Int32 => new ParquetValues<int>(),
        ParquetKind.Int64 => new ParquetValues<long>(),
        ParquetKind.UInt8 => new ParquetValues<byte>(),
        ParquetKind.UInt16 => new ParquetValues<ushort>(),
        ParquetKind.UInt32 => new ParquetValues<uint>(),
        ParquetKind.UInt64 => new ParquetValues<ulong>(),
        ParquetKind.Single => new ParquetValues<float>(),
        ParquetKind.Double => new ParquetValues<double>(),
        ParquetKind.Decimal => new ParquetValues<decimal>(),
        ParquetKind.Date or ParquetKind.Timestamp => new ParquetValues<DateTime>(),
        ParquetKind.Time => new ParquetTimes(Unit),
        ParquetKind.Guid => new ParquetValues<Guid>(),
        _ => new ParquetTexts(),
    };

    /// <summary>Writes it down, for <see cref="Parse"/>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Kind} {Precision} {Scale} {(Unit.Length == 0 ? "-" : Unit)} {IsUtc} {Format}");

    /// <summary>The type as messages name it.</summary>
    public string Name => Kind switch
    {
        ParquetKind.Decimal => string.Create(CultureInfo.InvariantCulture, $"Decimal({Precision}, {Scale})"),
        ParquetKind.Timestamp or ParquetKind.Time => $"{Kind}({Unit}{(IsUtc ? ", UTC" : "")})",
        _ => Kind.ToString(),
    };

    private Type ClrType => Kind switch
    {
        ParquetKind.Boolean => typeof(bool),
        ParquetKind.Int8 => typeof(sbyte),
        ParquetKind.Int16 => typeof(short),
        ParquetKind.Int32 => typeof(int),
        ParquetKind.Int64 => typeof(long),
        ParquetKind.UInt8 => typeof(byte),
        ParquetKind.UInt16 => typeof(ushort),
        ParquetKind.UInt32 => typeof(uint),
        ParquetKind.UInt64 => typeof(ulong),
        ParquetKind.Single => typeof(float),
        ParquetKind.Double => typeof(double),
        ParquetKind.Guid => typeof(Guid),
        _ => typeof(string),
    };

    private static ParquetKind? KindOf(Type type) =>
        type == typeof(ReadOnlyMemory<char>) || type == typeof(string) ? ParquetKind.Text
        : type == typeof(Guid) ? ParquetKind.Guid
        : Type.GetTypeCode(type) switch
        {
            TypeCode.Boolean => ParquetKind.Boolean,
            TypeCode.SByte => ParquetKind.Int8,
            TypeCode.Int16 => ParquetKind.Int16,
            TypeCode.Int32 => ParquetKind.Int32,
            TypeCode.Int64 => ParquetKind.Int64,
            TypeCode.Byte => ParquetKind.UInt8,
            TypeCode.UInt16 => ParquetKind.UInt16,
            TypeCode.UInt32 => ParquetKind.UInt32,
            TypeCode.UInt64 => ParquetKind.UInt64,
            TypeCode.Single => ParquetKind.Single,
            TypeCode.Double => ParquetKind.Double,
            _ => null,
        };
}
