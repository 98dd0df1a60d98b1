using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using Apache.Arrow;
using Apache.Arrow.Types;
using Microsoft.ML.Diffusion.Parquet.Files;

namespace Microsoft.ML.Diffusion.Parquet.Formats;

/// <summary>Makes arrays of Arrow of the values of a column.</summary>
internal sealed class ArrowArrays
{
    private readonly StoredColumn _column;
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly string[] _levels = [];

    /// <param name="column">The column.</param>
    public ArrowArrays(StoredColumn column)
    {
        _column = column;
        Type = ArrowTypes.ToArrow(column.Type);
        if (column.Type.Levels is not { } levels)
            return;
        _levels = [.. levels.Distinct(StringComparer.Ordinal)];
        foreach (string level in _levels)
            _places[level] = _places.Count;
    }

    /// <summary>The type of the arrays.</summary>
    public IArrowType Type { get; }

    /// <summary>An array of all values.</summary>
    /// <exception cref="InvalidOperationException">A value is missing where none may be, or is none of the levels.</exception>
    /// <exception cref="OverflowException">A value is outside of what the type holds.</exception>
    public IArrowArray Of(StoredValues values) => Type switch
    {
        BooleanType => Array(values, Bits(values.Count, row => ((StoredValues<bool>)values)[row] == true)),
        Decimal128Type number => Fixed<decimal, Int128>(values, value => Unscaled(value, number.Scale)),
        Date32Type => Fixed<DateTime, int>(values, value => (int)Math.Floor((value - DateTime.UnixEpoch).TotalDays)),
        Date64Type => Fixed<DateTime, long>(values, value => Steps(value.Ticks - DateTime.UnixEpoch.Ticks, TimeUnit.Millisecond)),
        TimestampType moment => Fixed<DateTime, long>(values, value => Steps(value.Ticks - DateTime.UnixEpoch.Ticks, moment.Unit)),
        Time32Type time => Fixed(values, row => (int?)Steps(((StoredTimes)values)[row]?.Ticks, time.Unit)),
        Time64Type time => Fixed(values, row => Steps(((StoredTimes)values)[row]?.Ticks, time.Unit)),
        DictionaryType dictionary => dictionary.IndexType.TypeId switch
        {
            ArrowTypeId.Int8 or ArrowTypeId.UInt8 => Fixed(values, row => (byte?)Place(values, row)),
            ArrowTypeId.Int16 or ArrowTypeId.UInt16 => Fixed(values, row => (short?)Place(values, row)),
            ArrowTypeId.Int64 or ArrowTypeId.UInt64 => Fixed(values, row => (long?)Place(values, row)),
            _ => Fixed(values, row => Place(values, row)),
        },
        LargeStringType => Array(values, Texts<long>(TextsOf(values))),
        StringType => Array(values, Texts<int>(TextsOf(values))),
        StringViewType => Views(values),
        _ => _column.Type.Kind switch
        {
            StoredKind.Int8 => Same<sbyte>(values),
            StoredKind.Int16 => Same<short>(values),
            StoredKind.Int32 => Same<int>(values),
            StoredKind.UInt8 => Same<byte>(values),
            StoredKind.UInt16 => Same<ushort>(values),
            StoredKind.UInt32 => Same<uint>(values),
            StoredKind.UInt64 => Same<ulong>(values),
            StoredKind.Single => Same<float>(values),
            StoredKind.Double => Same<double>(values),
            _ => Same<long>(values),
        },
    };

    private IArrowArray Array(StoredValues values, params ArrowBuffer[] buffers)
    {
        int missing = Enumerable.Range(0, values.Count).Count(values.IsMissing);
        if (missing > 0 && !_column.IsNullable)
            throw new InvalidOperationException($"Column {_column.Name} may not be null, and a value of it is missing.");
        ArrowBuffer present = missing == 0 ? ArrowBuffer.Empty : Bits(values.Count, row => !values.IsMissing(row));
        ArrayData? dictionary = Type is DictionaryType
            ? new ArrayData(StringType.Default, _levels.Length, 0, 0, [ArrowBuffer.Empty, .. Texts<int>(_levels)]) : null;
        return ArrowArrayFactory.BuildArray(
            new ArrayData(Type, values.Count, missing, 0, [present, .. buffers], children: null, dictionary));
    }

    private IArrowArray Fixed<T>(StoredValues values, Func<int, T?> read)
        where T : unmanaged
    {
        var all = new T[values.Count];
        for (int row = 0; row < all.Length; row++)
            all[row] = read(row).GetValueOrDefault();
        return Array(values, Buffer(all));
    }

    private IArrowArray Fixed<T, TStored>(StoredValues values, Func<T, TStored> convert)
        where T : struct
        where TStored : unmanaged => Fixed(values, row => ((StoredValues<T>)values)[row] is { } value ? convert(value) : (TStored?)null);

    private IArrowArray Same<T>(StoredValues values)
        where T : unmanaged => Fixed(values, row => ((StoredValues<T>)values)[row]);

    private int? Place(StoredValues values, int row)
    {
        if (((StoredTexts)values)[row] is not { } text)
            return null;
        return _places.TryGetValue(text, out int place) ? place : throw new InvalidOperationException(
            $"Column {_column.Name} has '{text}', which is none of the levels of the dictionary that it was read with.");
    }

    private static long? Steps(long? ticks, TimeUnit unit) => ticks is { } value ? Steps(value, unit) : null;

    private static long Steps(long ticks, TimeUnit unit)
    {
        (long ticksOfStep, long stepsOfTick) = ArrowTypes.TicksOf(unit);
        return checked(ArrowTypes.Floor(ticks, ticksOfStep) * stepsOfTick);
    }

    private Int128 Unscaled(decimal value, int scale)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        var digits = new BigInteger(new decimal(bits[0], bits[1], bits[2], isNegative: value < 0, scale: 0));
        int more = scale - value.Scale;
        digits = more >= 0 ? digits * BigInteger.Pow(10, more) : digits / BigInteger.Pow(10, -more);
        return BigInteger.Abs(digits) < BigInteger.Pow(10, _column.Type.Precision)
            ? (Int128)digits
            : throw new OverflowException($"Column {_column.Name} is of {_column.Type.Name}, which cannot hold {value}.");
    }

    private static IEnumerable<string?> TextsOf(StoredValues values) => Enumerable.Range(0, values.Count).Select(row =>
        values is StoredTexts texts ? texts[row] : ((StoredValues<Guid>)values)[row]?.ToString());

    private static ArrowBuffer[] Texts<TOffset>(IEnumerable<string?> texts)
        where TOffset : unmanaged, INumberBase<TOffset>
    {
        var offsets = new List<TOffset> { TOffset.Zero };
        using var bytes = new MemoryStream();
        foreach (string? text in texts)
        {
            bytes.Write(Encoding.UTF8.GetBytes(text ?? string.Empty));
            offsets.Add(TOffset.CreateChecked(bytes.Length));
        }

        return [Buffer<TOffset>([.. offsets]), new ArrowBuffer(bytes.ToArray())];
    }

    private static StringViewArray Views(StoredValues values)
    {
        var builder = new StringViewArray.Builder();
        foreach (string? text in TextsOf(values))
            builder.Append(text);
        return builder.Build();
    }

    private static ArrowBuffer Bits(int count, Func<int, bool> isSet)
    {
        var bits = new byte[(count + 7) / 8];
        for (int row = 0; row < count; row++)
        {
            if (isSet(row))
                bits[row / 8] |= (byte)(1 << (row % 8));
        }

        return new ArrowBuffer(bits);
    }

    private static ArrowBuffer Buffer<T>(T[] values)
        where T : unmanaged => new(MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
}
