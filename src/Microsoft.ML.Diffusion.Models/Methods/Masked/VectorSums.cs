using System.Numerics;
using System.Runtime.InteropServices;

namespace Microsoft.ML.Diffusion.Models.Methods.Masked;

/// <summary>Sums of vectors, each element alone, so that the width of the processor's vectors does not change a bit.</summary>
internal static class VectorSums
{
    /// <summary>Adds a multiple of a vector to another.</summary>
    /// <param name="to">Receives the sum.</param>
    /// <param name="from">As long.</param>
    /// <param name="factor">Of <paramref name="from"/>.</param>
    public static void Add(Span<float> to, ReadOnlySpan<float> from, float factor)
    {
        Span<Vector<float>> sums = MemoryMarshal.Cast<float, Vector<float>>(to);
        ReadOnlySpan<Vector<float>> added = MemoryMarshal.Cast<float, Vector<float>>(from);
        var scale = new Vector<float>(factor);
        for (int i = 0; i < sums.Length; i++)
            sums[i] += added[i] * scale;
        for (int i = sums.Length * Vector<float>.Count; i < to.Length; i++)
            to[i] += from[i] * factor;
    }
}
