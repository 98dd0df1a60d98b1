using System.Runtime.CompilerServices;

namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>One row times a matrix that lies as it is: for single rows, where packing the matrix would cost more than it saves.</summary>
/// <remarks>
/// Up to eight vectors of the row's result at a time, which is what the latency of the multiplier asks for. The chain of each
/// element is that of <see cref="Tile{TVector, T, TRows, TColumns}"/>, so the bits are the same.
/// </remarks>
internal static unsafe class Row<TVector, T>
    where TVector : struct, ITileVector<T>
    where T : struct
{
    /// <summary>c = bias + a B, for n columns; reads and writes up to a whole vector beyond them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static void Run(float* a, float* b, nint bStep, float* c, nint n, nint k, float* bias)
    {
        nint j = 0;
        for (; j <= n - (8 * TVector.Width); j += 8 * TVector.Width)
            Eight(a, b + j, bStep, c + j, k, bias == null ? null : bias + j);
        for (; j <= n - (4 * TVector.Width); j += 4 * TVector.Width)
            Four(a, b + j, bStep, c + j, k, bias == null ? null : bias + j);
        for (; j < n; j += TVector.Width)
            One(a, b + j, bStep, c + j, k, bias == null ? null : bias + j);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Eight(float* a, float* b, nint bStep, float* c, nint k, float* bias)
    {
        int w = TVector.Width;
        T s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        if (bias != null)
        {
            (s0, s1, s2, s3) = (TVector.Load(bias), TVector.Load(bias + w), TVector.Load(bias + (2 * w)), TVector.Load(bias + (3 * w)));
            bias += 4 * w;
            (s4, s5, s6, s7) = (TVector.Load(bias), TVector.Load(bias + w), TVector.Load(bias + (2 * w)), TVector.Load(bias + (3 * w)));
        }

        for (nint i = 0; i < k; i++)
        {
            T x = TVector.Create(a[i]);
            s0 = TVector.MultiplyAdd(x, TVector.Load(b), s0);
            s1 = TVector.MultiplyAdd(x, TVector.Load(b + w), s1);
            s2 = TVector.MultiplyAdd(x, TVector.Load(b + (2 * w)), s2);
            s3 = TVector.MultiplyAdd(x, TVector.Load(b + (3 * w)), s3);
            s4 = TVector.MultiplyAdd(x, TVector.Load(b + (4 * w)), s4);
            s5 = TVector.MultiplyAdd(x, TVector.Load(b + (5 * w)), s5);
            s6 = TVector.MultiplyAdd(x, TVector.Load(b + (6 * w)), s6);
            s7 = TVector.MultiplyAdd(x, TVector.Load(b + (7 * w)), s7);
            b += bStep;
        }

        TVector.Store(c, s0);
        TVector.Store(c + w, s1);
        TVector.Store(c + (2 * w), s2);
        TVector.Store(c + (3 * w), s3);
        TVector.Store(c + (4 * w), s4);
        TVector.Store(c + (5 * w), s5);
        TVector.Store(c + (6 * w), s6);
        TVector.Store(c + (7 * w), s7);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Four(float* a, float* b, nint bStep, float* c, nint k, float* bias)
    {
        int w = TVector.Width;
        T s0 = default, s1 = default, s2 = default, s3 = default;
        if (bias != null)
            (s0, s1, s2, s3) = (TVector.Load(bias), TVector.Load(bias + w), TVector.Load(bias + (2 * w)), TVector.Load(bias + (3 * w)));

        for (nint i = 0; i < k; i++)
        {
            T x = TVector.Create(a[i]);
            s0 = TVector.MultiplyAdd(x, TVector.Load(b), s0);
            s1 = TVector.MultiplyAdd(x, TVector.Load(b + w), s1);
            s2 = TVector.MultiplyAdd(x, TVector.Load(b + (2 * w)), s2);
            s3 = TVector.MultiplyAdd(x, TVector.Load(b + (3 * w)), s3);
            b += bStep;
        }

        TVector.Store(c, s0);
        TVector.Store(c + w, s1);
        TVector.Store(c + (2 * w), s2);
        TVector.Store(c + (3 * w), s3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void One(float* a, float* b, nint bStep, float* c, nint k, float* bias)
    {
        T s = bias == null ? default : TVector.Load(bias);
        for (nint i = 0; i < k; i++)
        {
            s = TVector.MultiplyAdd(TVector.Create(a[i]), TVector.Load(b), s);
            b += bStep;
        }

        TVector.Store(c, s);
    }
}
