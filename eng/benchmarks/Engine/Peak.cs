using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

/// <summary>The most floating-point operations that the processor can do: fused multiply-adds that touch no memory.</summary>
/// <remarks>
/// <para>
/// A register holds 16, 8 or 4 floats, its lanes. One instruction does x = x a + b in every lane: a multiplication and an addition, 2
/// operations a lane. Lanes never meet, and lane i of a chain is x_i, x_i a + b, (x_i a + b) a + b, ..., each waiting
/// for the one before: about 4 cycles. Twelve chains that know nothing of each other give the processor enough to begin
/// every cycle on both of its multipliers (2 x 4 = 8 would just do), and with a and b take 14 registers, of 16 with AVX2.
/// a = 1/2 and b = 1/2 keep every lane between its start and 1, so no number is ever infinite or subnormal.
/// </para>
/// <para>All threads run at once, so what they share (clock, power, a core) counts against the peak as it does against a product.</para>
/// </remarks>
internal static class Peak
{
    private const int Chains = 12;
    private const int Steps = 4_000_000;

    /// <summary>A run of the loop on some threads at once, and how many operations it is.</summary>
    public static (Action Run, double Operations) Create(int threads)
    {
        (Action loop, int lanes) = Vector512.IsHardwareAccelerated && Avx512F.IsSupported ? (Loop<Wide, Vector512<float>>, Vector512<float>.Count)
            : Vector256.IsHardwareAccelerated ? (Loop<Middle, Vector256<float>>, Vector256<float>.Count)
            : ((Action)Loop<Narrow, Vector128<float>>, Vector128<float>.Count);
        return (Run, 2.0 * lanes * Chains * Steps * threads);

        void Run()
        {
            Thread[] others = [.. Enumerable.Range(1, threads - 1).Select(_ => new Thread(() => loop()))];
            foreach (Thread other in others)
                other.Start();
            loop();
            foreach (Thread other in others)
                other.Join();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Loop<TVector, T>()
        where TVector : IVector<T>
        where T : struct
    {
        T a = TVector.Create(0.5f), b = a;
        T x0 = TVector.Create(2), x1 = x0, x2 = x0, x3 = x0, x4 = x0, x5 = x0, x6 = x0, x7 = x0, x8 = x0, x9 = x0, x10 = x0, x11 = x0;
        for (int i = 0; i < Steps; i++)
        {
            x0 = TVector.MultiplyAdd(x0, a, b);
            x1 = TVector.MultiplyAdd(x1, a, b);
            x2 = TVector.MultiplyAdd(x2, a, b);
            x3 = TVector.MultiplyAdd(x3, a, b);
            x4 = TVector.MultiplyAdd(x4, a, b);
            x5 = TVector.MultiplyAdd(x5, a, b);
            x6 = TVector.MultiplyAdd(x6, a, b);
            x7 = TVector.MultiplyAdd(x7, a, b);
            x8 = TVector.MultiplyAdd(x8, a, b);
            x9 = TVector.MultiplyAdd(x9, a, b);
            x10 = TVector.MultiplyAdd(x10, a, b);
            x11 = TVector.MultiplyAdd(x11, a, b);
        }

        // Every chain goes into what is kept, so that the compiler leaves none out.
        T first = TVector.MultiplyAdd(TVector.MultiplyAdd(x0, x1, x2), x3, TVector.MultiplyAdd(x4, x5, x6));
        Keep(TVector.MultiplyAdd(first, x7, TVector.MultiplyAdd(x8, x9, TVector.MultiplyAdd(x10, x11, x0))));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Keep<T>(T value)
    {
    }

    private interface IVector<T>
    {
        static abstract T Create(float value);

        static abstract T MultiplyAdd(T a, T b, T c);
    }

    private readonly struct Wide : IVector<Vector512<float>>
    {
        public static Vector512<float> Create(float value) => Vector512.Create(value);

        public static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> c) => Vector512.FusedMultiplyAdd(a, b, c);
    }

    private readonly struct Middle : IVector<Vector256<float>>
    {
        public static Vector256<float> Create(float value) => Vector256.Create(value);

        public static Vector256<float> MultiplyAdd(Vector256<float> a, Vector256<float> b, Vector256<float> c) => Vector256.FusedMultiplyAdd(a, b, c);
    }

    private readonly struct Narrow : IVector<Vector128<float>>
    {
        public static Vector128<float> Create(float value) => Vector128.Create(value);

        public static Vector128<float> MultiplyAdd(Vector128<float> a, Vector128<float> b, Vector128<float> c) => Vector128.FusedMultiplyAdd(a, b, c);
    }
}
