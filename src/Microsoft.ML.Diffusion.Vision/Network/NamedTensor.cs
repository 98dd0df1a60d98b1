using System.Runtime.InteropServices;

namespace Microsoft.ML.Diffusion.Vision.Network;

/// <summary>A tensor of a file of weights.</summary>
/// <param name="Type">What its numbers are.</param>
/// <param name="Shape">The extents.</param>
/// <param name="Bytes">The numbers, little-endian and row-major.</param>
internal sealed record NamedTensor(NumberType Type, IReadOnlyList<long> Shape, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The number of elements.</summary>
    public int Count => Bytes.Length / SizeOf(Type);

    /// <summary>The bytes of a number.</summary>
    public static int SizeOf(NumberType type) => type switch
    {
        NumberType.Half or NumberType.BFloat16 => sizeof(short),
        NumberType.Single or NumberType.Int32 => sizeof(float),
        NumberType.Byte => sizeof(byte),
        _ => sizeof(double),
    };

    /// <summary>How many elements extents make.</summary>
    /// <exception cref="InvalidDataException">An extent is negative, or there are too many elements.</exception>
    public static int CountOf(IEnumerable<long> shape)
    {
        long count = 1;
        foreach (long extent in shape)
        {
            if (extent is < 0 or > int.MaxValue || (count *= extent) > int.MaxValue)
                throw new InvalidDataException("The file of weights is damaged: a tensor has impossible extents.");
        }

        return (int)count;
    }

    /// <summary>The elements as numbers of 32 bits.</summary>
    public float[] ToSingles()
    {
        ReadOnlySpan<byte> bytes = Bytes.Span;
        float[] values = new float[Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Type switch
            {
                NumberType.Half => (float)MemoryMarshal.Read<Half>(bytes[(i * sizeof(short))..]),
                NumberType.BFloat16 =>
                    BitConverter.UInt32BitsToSingle((uint)MemoryMarshal.Read<ushort>(bytes[(i * sizeof(short))..]) << 16),
                NumberType.Single => MemoryMarshal.Read<float>(bytes[(i * sizeof(float))..]),
                NumberType.Double => (float)MemoryMarshal.Read<double>(bytes[(i * sizeof(double))..]),
                NumberType.Int32 => MemoryMarshal.Read<int>(bytes[(i * sizeof(int))..]),
                NumberType.Byte => bytes[i],
                _ => MemoryMarshal.Read<long>(bytes[(i * sizeof(long))..]),
            };
        }

        return values;
    }
}
