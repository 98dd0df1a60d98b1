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
            UpToEight(a, b + (j / 2), bStep, c + j, k, bias == null ? null : bias + j, vectors: 8);
        if (n - j > 2 * w)
            UpToEight(a, b + (j / 2), bStep, c + j, k, bias == null ? null : bias + j, (int)((n - j + w - 1) / w));
        else if (j < n)
            Two(a, b + (j / 2), bStep, c + j, k, bias == null ? null : bias + j, n - j > w);
    }

    /// <summary>Three to eight vectors, as fast as eight: fewer at a time would each wait for the sums before. Those beyond the last are
    /// taken from it, and not stored. Where the number is a constant, the compiler leaves no choice of it behind.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void UpToEight(float* a, uint* b, nint bStep, float* c, nint k, float* bias, int vectors)
    {
        int w = TVector.Width, last = vectors - 1, lastBlock = last / 2 * w;
        int o1 = Math.Min(w, lastBlock), o2 = Math.Min(2 * w, lastBlock), o3 = Math.Min(3 * w, lastBlock);
        T s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        if (bias != null)
        {
            (s0, s1, s2) = (TVector.Load(bias), TVector.Load(bias + w), TVector.Load(bias + (2 * w)));
            (s3, s4) = (TVector.Load(bias + (Math.Min(3, last) * w)), TVector.Load(bias + (Math.Min(4, last) * w)));
            (s5, s6) = (TVector.Load(bias + (Math.Min(5, last) * w)), TVector.Load(bias + (Math.Min(6, last) * w)));
            s7 = TVector.Load(bias + (last * w));
        }

        for (nint i = 0; i < k; i++, b += bStep)
        {
            if (a[i] == 0)
                continue;
            T x = TVector.Create(a[i]);
            (T b0, T b1) = TVector.LoadShort(b);
            s0 = TVector.MultiplyAdd(x, b0, s0);
            s1 = TVector.MultiplyAdd(x, b1, s1);
            (b0, b1) = TVector.LoadShort(b + o1);
            s2 = TVector.MultiplyAdd(x, b0, s2);
            s3 = TVector.MultiplyAdd(x, b1, s3);
            (b0, b1) = TVector.LoadShort(b + o2);
            s4 = TVector.MultiplyAdd(x, b0, s4);
            s5 = TVector.MultiplyAdd(x, b1, s5);
            (b0, b1) = TVector.LoadShort(b + o3);
            s6 = TVector.MultiplyAdd(x, b0, s6);
            s7 = TVector.MultiplyAdd(x, b1, s7);
        }

        TVector.Store(c, s0);
        TVector.Store(c + w, s1);
        TVector.Store(c + (2 * w), s2);
        if (vectors > 3)
            TVector.Store(c + (3 * w), s3);
        if (vectors > 4)
            TVector.Store(c + (4 * w), s4);
        if (vectors > 5)
            TVector.Store(c + (5 * w), s5);
        if (vectors > 6)
            TVector.Store(c + (6 * w), s6);
        if (vectors > 7)
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
