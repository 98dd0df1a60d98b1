using System.Runtime.InteropServices;

namespace Microsoft.ML.Diffusion.Models.Persistence;

/// <summary>Arrays in binary streams: their length, then their elements.</summary>
internal static class BinaryArrays
{
    // Where a stream cannot tell how many bytes are left, no more is allocated at a time than this.
    private const int Piece = 1 << 16;

    /// <summary>Writes any array of plain values.</summary>
    public static void WriteArray<T>(this BinaryWriter writer, T[] values)
        where T : unmanaged
    {
        writer.Write(values.Length);
        writer.Write(MemoryMarshal.AsBytes(values.AsSpan()));
    }

    /// <summary>Reads what <see cref="WriteArray"/> wrote.</summary>
    /// <exception cref="InvalidDataException">There are not as many bytes as the length claims.</exception>
    public static unsafe T[] ReadArray<T>(this BinaryReader reader)
        where T : unmanaged
    {
        int count = reader.ReadCount(sizeof(T), "values");
        T[] values = new T[reader.BaseStream.CanSeek ? count : Math.Min(count, Piece)];
        int read = 0;
        while (read < count)
        {
            if (read == values.Length)
                Array.Resize(ref values, (int)Math.Min(count, 2L * values.Length));
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan(read)));
            read = values.Length;
        }
        return values;
    }
}
