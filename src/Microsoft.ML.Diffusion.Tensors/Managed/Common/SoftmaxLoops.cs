using System.Runtime.CompilerServices;

namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>The softmax of n logits that lie one after another, for the operations that need one.</summary>
/// <remarks>
/// Lane i holds logits i, i + 16, i + 32, ...: the greatest logit and the sum of exponentials are kept for each lane, and the sixteen are
/// folded at the end. Lanes beyond the last logit hold one so low that its exponential (2e-38) is lost beside the sum, which is at least 1.
/// </remarks>
internal static unsafe class SoftmaxLoops<TLanes, T>
    where TLanes : struct, ILanes<T>
    where T : struct
{
    /// <summary>Lower than any logit that matters.</summary>
    internal const float NoLogit = -1e30f;

    private const int Block = ILanes<T>.Count;

    /// <summary>y = softmax(x), which may be in place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Softmax(float* x, float* y, int n)
    {
        if (n <= Block)
        {
            T e = Exponentials(Logits(x, n), out _);
            TLanes.Store(y, TLanes.Divide(e, TLanes.Create(TLanes.Sum(e))), n);
        }
        else
        {
            LongSoftmax(x, y, n);
        }
    }

    /// <summary>Writes the softmax of several blocks and returns the logarithm of the sum of exponentials.</summary>
    internal static float LongSoftmax(float* x, float* y, int n)
    {
        T greatest = TLanes.Create(NoLogit);
        for (int i = 0; i < n; i += Block)
            greatest = VectorMath<TLanes, T>.Max(greatest, Logits(x + i, Math.Min(n - i, Block)));
        float max = TLanes.Max(greatest);

        T shift = TLanes.Create(max);
        T sum = TLanes.Create(0);
        for (int i = 0; i < n; i += Block)
        {
            int count = Math.Min(n - i, Block);
            T e = VectorMath<TLanes, T>.Exp(TLanes.Subtract(Logits(x + i, count), shift));
            TLanes.Store(y + i, e, count);
            sum = TLanes.Add(sum, e);
        }

        T divisor = TLanes.Create(TLanes.Sum(sum));
        for (int i = 0; i < n; i += Block)
        {
            int count = Math.Min(n - i, Block);
            TLanes.Store(y + i, TLanes.Divide(TLanes.Load(y + i, count), divisor), count);
        }

        return max + First(VectorMath<TLanes, T>.Log(divisor));
    }

    /// <summary>A block of logits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Logits(float* x, int count) => TLanes.Load(x, count, TLanes.Create(NoLogit));

    /// <summary>The exponential of each logit of a block less the greatest, which every lane of <paramref name="max"/> holds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Exponentials(T logits, out T max)
    {
        max = TLanes.Create(TLanes.Max(logits));
        return VectorMath<TLanes, T>.Exp(TLanes.Subtract(logits, max));
    }

    private static float First(T lanes)
    {
        float* buffer = stackalloc float[Block];
        TLanes.Store(buffer, lanes);
        return buffer[0];
    }
}
