using System.Runtime.CompilerServices;

namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>One row times a <see cref="ShortWeight"/>: as <see cref="Row{TVector, T}"/>, and with the same bits, but for the sign of a zero:
/// what a zero of the row is multiplied with is not read.</summary>
internal static unsafe class ShortRow<TVector, T>
    where TVector : struct, ITileVector<T>
    where T : struct
{
    /// <summary>c = bias + a B, for n columns; reads and writes up to a whole vector beyond them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static void Run(float* a, uint* b, nint bStep, float* c, nint n, nint k, float* bias)
    {
        int w = TVector.Width;
        nint j = 0;
        for (; j <= n - (8 * w); j += 8 * w)
            Eight(a, b + (j / 2), bStep, c + j, k, bias == null ? null : bias + j);
        for (; j < n; j += 2 * w)
            Two(a, b + (j / 2), bStep, c + j, k, bias == null ? null : bias + j, n - j > w);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Eight(float* a, uint* b, nint bStep, float* c, nint k, float* bias)
    {
        int w = TVector.Width;
        T s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        if (bias != null)
        {
            (s0, s1, s2, s3) = (TVector.Load(bias), TVector.Load(bias + w), TVector.Load(bias + (2 * w)), TVector.Load(bias + (3 * w)));
            bias += 4 * w;
            (s4, s5, s6, s7) = (TVector.Load(bias), TVector.Load(bias + w), TVector.Load(bias + (2 * w)), TVector.Load(bias + (3 * w)));
        }

        for (nint i = 0; i < k; i++, b += bStep)
        {
            if (a[i] == 0)
                continue;
            T x = TVector.Create(a[i]);
            (T b0, T b1) = TVector.LoadShort(b);
            s0 = TVector.MultiplyAdd(x, b0, s0);
            s1 = TVector.MultiplyAdd(x, b1, s1);
            (b0, b1) = TVector.LoadShort(b + w);
            s2 = TVector.MultiplyAdd(x, b0, s2);
            s3 = TVector.MultiplyAdd(x, b1, s3);
            (b0, b1) = TVector.LoadShort(b + (2 * w));
            s4 = TVector.MultiplyAdd(x, b0, s4);
            s5 = TVector.MultiplyAdd(x, b1, s5);
            (b0, b1) = TVector.LoadShort(b + (3 * w));
            s6 = TVector.MultiplyAdd(x, b0, s6);
            s7 = TVector.MultiplyAdd(x, b1, s7);
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

    /// <summary>A block; its second vector only where there are columns in it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Two(float* a, uint* b, nint bStep, float* c, nint k, float* bias, bool hasSecond)
    {
        int w = TVector.Width;
        T s0 = bias == null ? default : TVector.Load(bias), s1 = bias == null || !hasSecond ? default : TVector.Load(bias + w);
        for (nint i = 0; i < k; i++, b += bStep)
        {
            if (a[i] == 0)
                continue;
            T x = TVector.Create(a[i]);
            (T b0, T b1) = TVector.LoadShort(b);
            s0 = TVector.MultiplyAdd(x, b0, s0);
            s1 = TVector.MultiplyAdd(x, b1, s1);
        }

        TVector.Store(c, s0);
        if (hasSecond)
            TVector.Store(c + w, s1);
    }
}
