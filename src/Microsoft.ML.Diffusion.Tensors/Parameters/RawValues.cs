using System.Runtime.InteropServices;

namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>Floats as they are in memory, in a stream.</summary>
internal static class RawValues
{
    /// <summary>Writes values.</summary>
    public static void Write(BinaryWriter writer, ReadOnlySpan<float> values) => writer.Write(MemoryMarshal.AsBytes(values));

    /// <summary>Reads as many values as there is room for.</summary>
    /// <exception cref="EndOfStreamException">There are fewer.</exception>
    public static void Read(BinaryReader reader, Span<float> values) => reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values));
}
