using System.Buffers;
using System.Globalization;
using Microsoft.ML.Diffusion.Parquet.Files;
using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.StoredTables;

/// <summary>Writes values of a column as cells of CSV text, such that <see cref="CellReader"/> gives the same values back.</summary>
internal abstract class CellWriter
{
    // Longer than any number or moment.
    private const int MostBytes = 64;

    /// <summary>A writer of values of a type.</summary>
    /// <param name="type">The type.</param>
    /// <param name="format">How moments are written.</param>
    public static CellWriter For(StoredType type, string format) => type.Kind switch
    {
        StoredKind.Boolean => new Of<bool>((value, output) => output.Write(value ? "true"u8 : "false"u8)),
        StoredKind.Int8 => Number<sbyte>(),
        StoredKind.Int16 => Number<short>(),
        StoredKind.Int32 => Number<int>(),
        StoredKind.Int64 => Number<long>(),
        StoredKind.UInt8 => Number<byte>(),
        StoredKind.UInt16 => Number<ushort>(),
        StoredKind.UInt32 => Number<uint>(),
        StoredKind.UInt64 => Number<ulong>(),
        StoredKind.Single => new Of<float>((value, output) =>
        {
            if (!float.IsNaN(value))
                Write(value, string.Empty, output);
        }),
        StoredKind.Double => new Of<double>((value, output) =>
        {
            if (!double.IsNaN(value))
                Write(value, string.Empty, output);
        }),
        StoredKind.Decimal => Number<decimal>(),
        StoredKind.Guid => Number<Guid>(),
        StoredKind.Date or StoredKind.Timestamp => new Of<DateTime>((value, output) => Write(value, format, output)),
        StoredKind.Time => new Times(format),
        _ => new Texts(),
    };

    /// <summary>Writes a value; nothing where it is missing.</summary>
    public abstract void Write(StoredValues values, int row, IBufferWriter<byte> output);

    private static Of<T> Number<T>()
        where T : struct, IUtf8SpanFormattable => new((value, output) => Write(value, string.Empty, output));

    private static void Write<T>(T value, string format, IBufferWriter<byte> output)
        where T : IUtf8SpanFormattable
    {
        if (!value.TryFormat(output.GetSpan(MostBytes), out int written, format, CultureInfo.InvariantCulture))
            throw new InvalidOperationException($"{value} has more than {MostBytes} bytes.");
        output.Advance(written);
    }

    private sealed class Of<T>(Action<T, IBufferWriter<byte>> write) : CellWriter
        where T : struct
    {
        public override void Write(StoredValues values, int row, IBufferWriter<byte> output)
        {
            if (((StoredValues<T>)values)[row] is { } value)
                write(value, output);
        }
    }

    private sealed class Times(string format) : CellWriter
    {
        public override void Write(StoredValues values, int row, IBufferWriter<byte> output)
        {
            if (((StoredTimes)values)[row] is { } value)
                Write(value, format, output);
        }
    }

    private sealed class Texts : CellWriter
    {
        public override void Write(StoredValues values, int row, IBufferWriter<byte> output)
        {
            if (((StoredTexts)values)[row] is { } value)
                output.Write(value.Length == 0 ? "\"\""u8 : CsvCell.Encode(value, ','));
        }
    }
}
