using System.Runtime.CompilerServices;

namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>The loops that many operations share, each over n floats that lie one after another.</summary>
/// <remarks>
/// Every loop takes sixteen floats (a block) at a time: it loads them into the sixteen lanes, does the same to every lane, and stores the
/// lanes.
/// Lane i of a block that starts at float s holds float s + i. The last block has only the 1 to 15 floats that are left: loads fill the
/// other
/// lanes with zeros, and stores leave them out. What is done to a lane is a type argument, so that it is compiled into the loop.
/// </remarks>
internal static unsafe class Loops<TLanes, T>
    where TLanes : struct, ILanes<T>
    where T : struct
{
    private const int Block = ILanes<T>.Count;

    /// <summary>A function of two numbers.</summary>
    private interface IBinary
    {
        static abstract T Apply(T a, T b);
    }

    /// <summary>y = x, or y += x.</summary>
    internal static void Copy(float* x, float* y, nint n, bool accumulate)
    {
        if (accumulate)
            Zip<Addition>(y, x, y, n, accumulate: false);
        else
            new ReadOnlySpan<float>(x, (int)n).CopyTo(new Span<float>(y, (int)n));
    }

    /// <summary>sum += x.</summary>
    internal static void AddTo(float* sum, float* x, nint n) => Zip<Addition>(sum, x, sum, n, accumulate: false);

    /// <summary>y = a - b.</summary>
    internal static void Subtract(float* a, float* b, float* y, nint n) => Zip<Subtraction>(a, b, y, n, accumulate: false);

    /// <summary>y = a b, or y += a b (the product rounded, then the sum).</summary>
    internal static void Multiply(float* a, float* b, float* y, nint n, bool accumulate = false) =>
        Zip<Multiplication>(a, b, y, n, accumulate);

    /// <summary>y = a op b, or y += a op b.</summary>
    internal static void Combine(ArithmeticKind kind, float* a, float* b, float* y, nint n, bool accumulate)
    {
        switch (kind)
        {
            case ArithmeticKind.Add:
                Zip<Addition>(a, b, y, n, accumulate);
                break;
            case ArithmeticKind.Subtract:
                Zip<Subtraction>(a, b, y, n, accumulate);
                break;
            default:
                Zip<Multiplication>(a, b, y, n, accumulate);
                break;
        }
    }

    /// <summary>y = a op b, or y += a op b, with one b for all.</summary>
    internal static void Combine(ArithmeticKind kind, float* a, float b, float* y, nint n, bool accumulate)
    {
        switch (kind)
        {
            case ArithmeticKind.Add:
                Zip<Addition>(a, b, y, n, accumulate);
                break;
            case ArithmeticKind.Subtract:
                Zip<Subtraction>(a, b, y, n, accumulate);
                break;
            default:
                Zip<Multiplication>(a, b, y, n, accumulate);
                break;
        }
    }

    /// <summary>The sum of x: lane i sums floats i, i + 16, i + 32, ..., and the sixteen sums are folded at the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static float Sum(float* x, nint n)
    {
        T sum = TLanes.Create(0);
        nint i = 0;
        for (; i <= n - Block; i += Block)
            sum = TLanes.Add(sum, TLanes.Load(x + i));
        if (i < n)
            sum = TLanes.Add(sum, TLanes.Load(x + i, (int)(n - i)));
        return TLanes.Sum(sum);
    }

    /// <summary>The sum of a b, in the order of <see cref="Sum"/>; each product is added without being rounded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static float Dot(float* a, float* b, nint n)
    {
        T sum = TLanes.Create(0);
        nint i = 0;
        for (; i <= n - Block; i += Block)
            sum = TLanes.MultiplyAdd(TLanes.Load(a + i), TLanes.Load(b + i), sum);
        if (i < n)
            sum = TLanes.MultiplyAdd(TLanes.Load(a + i, (int)(n - i)), TLanes.Load(b + i, (int)(n - i)), sum);
        return TLanes.Sum(sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Zip<TBinary>(float* a, float* b, float* y, nint n, bool accumulate)
        where TBinary : struct, IBinary
    {
        nint i = 0;
        for (; i <= n - Block; i += Block)
            ZipBlock<TBinary>(a + i, b + i, y + i, Block, accumulate);
        if (i < n)
            ZipBlock<TBinary>(a + i, b + i, y + i, (int)(n - i), accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ZipBlock<TBinary>(float* a, float* b, float* y, int count, bool accumulate)
        where TBinary : struct, IBinary
    {
        T value = TBinary.Apply(TLanes.Load(a, count), TLanes.Load(b, count));
        if (accumulate)
            value = TLanes.Add(TLanes.Load(y, count), value);
        TLanes.Store(y, value, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Zip<TBinary>(float* a, float b, float* y, nint n, bool accumulate)
        where TBinary : struct, IBinary
    {
        T second = TLanes.Create(b);
        nint i = 0;
        for (; i <= n - Block; i += Block)
            ZipBlock<TBinary>(a + i, second, y + i, Block, accumulate);
        if (i < n)
            ZipBlock<TBinary>(a + i, second, y + i, (int)(n - i), accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ZipBlock<TBinary>(float* a, T second, float* y, int count, bool accumulate)
        where TBinary : struct, IBinary
    {
        T value = TBinary.Apply(TLanes.Load(a, count), second);
        if (accumulate)
            value = TLanes.Add(TLanes.Load(y, count), value);
        TLanes.Store(y, value, count);
    }

    private readonly struct Addition : IBinary
    {
        public static T Apply(T a, T b) => TLanes.Add(a, b);
    }

    private readonly struct Subtraction : IBinary
    {
        public static T Apply(T a, T b) => TLanes.Subtract(a, b);
    }

    private readonly struct Multiplication : IBinary
    {
        public static T Apply(T a, T b) => TLanes.Multiply(a, b);
    }
}
