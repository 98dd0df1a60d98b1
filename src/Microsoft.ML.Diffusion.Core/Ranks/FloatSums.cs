using System.Numerics;
using System.Runtime.InteropServices;
using Microsoft.ML.Diffusion.Core.Threading;

namespace Microsoft.ML.Diffusion.Core.Ranks;

/// <summary>Sums of gradients, element by element: the same bits whatever the width of vectors and the number of threads.</summary>
internal static class FloatSums
{
    /// <summary>What one thread takes at a time: with fewer, more threads cost more than they bring.</summary>
    public const int ChunkSize = 1 << 16;

    /// <summary>Adds one to another.</summary>
    public static void Add(ReadOnlySpan<float> from, Span<float> to)
    {
        ReadOnlySpan<Vector<float>> added = MemoryMarshal.Cast<float, Vector<float>>(from);
        Span<Vector<float>> sums = MemoryMarshal.Cast<float, Vector<float>>(to)[..added.Length];
        for (int i = 0; i < sums.Length; i++)
            sums[i] += added[i];
        for (int i = sums.Length * Vector<float>.Count; i < from.Length; i++)
            to[i] += from[i];
    }

    /// <summary>Adds one to another on several threads.</summary>
    public static void Add(float[] from, float[] to)
    {
        int chunks = (from.Length + ChunkSize - 1) / ChunkSize;
        ParallelLoop.Run(chunks, chunk =>
        {
            int start = chunk * ChunkSize, length = Math.Min(ChunkSize, from.Length - start);
            Add(from.AsSpan(start, length), to.AsSpan(start, length));
        });
    }
}
