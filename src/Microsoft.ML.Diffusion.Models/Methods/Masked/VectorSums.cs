using System.Numerics;
using System.Runtime.InteropServices;

namespace Microsoft.ML.Diffusion.Models.Methods.Masked;

/// <summary>Sums of vectors. Each element is alone and each step rounded once, as in a matrix product of the managed engine, so that the
/// bits are the same, whatever the width of the processor's vectors.</summary>
internal static class VectorSums
{
    /// <summary>Adds a multiple of a vector to another.</summary>
    /// <param name="to">Receives the sum.</param>
    /// <param name="from">As long.</param>
    /// <param name="factor">Of <paramref name="from"/>.</param>
    public static void Add(Span<float> to, ReadOnlySpan<float> from, float factor)
    {
        ReadOnlySpan<Vector<float>> added = MemoryMarshal.Cast<float, Vector<float>>(from);
        Span<Vector<float>> sums = MemoryMarshal.Cast<float, Vector<float>>(to)[..added.Length];
        var scale = new Vector<float>(factor);
        for (int i = 0; i < sums.Length; i++)
            sums[i] = Vector.FusedMultiplyAdd(scale, added[i], sums[i]);
        for (int i = sums.Length * Vector<float>.Count; i < from.Length; i++)
            to[i] = MathF.FusedMultiplyAdd(factor, from[i], to[i]);
    }
}
