using System.Runtime.InteropServices;

namespace Microsoft.ML.Diffusion.Models.Persistence;

/// <summary>Numbers in a file as the first bytes of all, then the second ones, and so on: like bytes lie together, so that the zip around
/// them is smaller.</summary>
internal static class BytePlanes
{
    private const int Piece = 1 << 12;

    /// <summary>Writes the bytes of numbers, without their count.</summary>
    public static void Write(BinaryWriter writer, ReadOnlySpan<float> values)
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(values);
        Span<byte> piece = stackalloc byte[Piece];
        for (int plane = 0; plane < sizeof(float); plane++)
        {
            for (int first = 0; first < values.Length; first += Piece)
            {
                Span<byte> some = piece[..Math.Min(Piece, values.Length - first)];
                for (int i = 0; i < some.Length; i++)
                    some[i] = bytes[((first + i) * sizeof(float)) + plane];
                writer.Write(some);
            }
        }
    }

    /// <summary>Reads numbers that are known to be there into the beginnings of items.</summary>
    /// <param name="reader">Where to read from.</param>
    /// <param name="items">Items that begin with a number each.</param>
    public static unsafe void Read<T>(BinaryReader reader, Span<T> items)
        where T : unmanaged
    {
        Span<byte> bytes = MemoryMarshal.AsBytes(items), piece = stackalloc byte[Piece];
        for (int plane = 0; plane < sizeof(float); plane++)
        {
            for (int first = 0; first < items.Length; first += Piece)
            {
                Span<byte> some = piece[..Math.Min(Piece, items.Length - first)];
                reader.BaseStream.ReadExactly(some);
                Span<byte> target = bytes[(first * sizeof(T))..];
                for (int i = 0; i < some.Length; i++)
                    target[(i * sizeof(T)) + plane] = some[i];
            }
        }
    }
}
