using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>
/// Sixteen lanes in four registers of 128 bits (SSE, Arm's Advanced SIMD): lanes 0 to 3 in A, 4 to 7 in B, 8 to 11 in C, 12 to 15 in D.
/// </summary>
internal readonly unsafe struct Lanes128 : ILanes<Lanes128.Quad>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad Create(float value) =>
        new(Vector128.Create(value), Vector128.Create(value), Vector128.Create(value), Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad Load(float* source) =>
        new(Vector128.Load(source), Vector128.Load(source + 4), Vector128.Load(source + 8), Vector128.Load(source + 12));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* target, Quad value)
    {
        value.A.Store(target);
        value.B.Store(target + 4);
        value.C.Store(target + 8);
        value.D.Store(target + 12);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad Load(float* source, int count) => Load(source, count, Create(0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad Load(float* source, int count, Quad fill)
    {
        if (count != 16)
            return LoadPartial(source, count, fill);
        return Load(source);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* target, Quad value, int count)
    {
        if (count == 16)
            Store(target, value);
        else
            StorePartial(target, value, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad Add(Quad a, Quad b) =>
        new(a.A + b.A, a.B + b.B, a.C + b.C, a.D + b.D);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad Subtract(Quad a, Quad b) =>
        new(a.A - b.A, a.B - b.B, a.C - b.C, a.D - b.D);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad Multiply(Quad a, Quad b) =>
        new(a.A * b.A, a.B * b.B, a.C * b.C, a.D * b.D);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad Divide(Quad a, Quad b) =>
        new(a.A / b.A, a.B / b.B, a.C / b.C, a.D / b.D);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad MultiplyAdd(Quad a, Quad b, Quad c) => new(
        Vector128.FusedMultiplyAdd(a.A, b.A, c.A),
        Vector128.FusedMultiplyAdd(a.B, b.B, c.B),
        Vector128.FusedMultiplyAdd(a.C, b.C, c.C),
        Vector128.FusedMultiplyAdd(a.D, b.D, c.D));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad Sqrt(Quad a) =>
        new(Vector128.Sqrt(a.A), Vector128.Sqrt(a.B), Vector128.Sqrt(a.C), Vector128.Sqrt(a.D));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad WherePositive(Quad condition, Quad a, Quad b) =>
        WhereGreater(condition, default, a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad WhereGreater(Quad x, Quad y, Quad a, Quad b) => new(
        Vector128.ConditionalSelect(Vector128.GreaterThan(x.A, y.A), a.A, b.A),
        Vector128.ConditionalSelect(Vector128.GreaterThan(x.B, y.B), a.B, b.B),
        Vector128.ConditionalSelect(Vector128.GreaterThan(x.C, y.C), a.C, b.C),
        Vector128.ConditionalSelect(Vector128.GreaterThan(x.D, y.D), a.D, b.D));

    // Lanes 8 apart are A with C and B with D; then lanes 4 apart, and so on.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Quad a) =>
        Fold((a.A + a.C) + (a.B + a.D));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Max(Quad a) =>
        FoldMax(Vector128.MaxNative(Vector128.MaxNative(a.A, a.C), Vector128.MaxNative(a.B, a.D)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad ScaleByPowerOfTwo(Quad a, Quad shifted) => new(
        (a.A.AsInt32() + (shifted.A.AsInt32() << 23)).AsSingle(),
        (a.B.AsInt32() + (shifted.B.AsInt32() << 23)).AsSingle(),
        (a.C.AsInt32() + (shifted.C.AsInt32() << 23)).AsSingle(),
        (a.D.AsInt32() + (shifted.D.AsInt32() << 23)).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad SplitExponent(Quad a, out Quad exponent)
    {
        exponent = new Quad(Exponent(a.A), Exponent(a.B), Exponent(a.C), Exponent(a.D));
        return new Quad(Mantissa(a.A), Mantissa(a.B), Mantissa(a.C), Mantissa(a.D));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad CreateBits(uint value) =>
        Create(BitConverter.UInt32BitsToSingle(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad CreateSequence(uint first) =>
        new(Sequence(first), Sequence(first + 4), Sequence(first + 8), Sequence(first + 12));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad Xor(Quad a, Quad b) =>
        new(a.A ^ b.A, a.B ^ b.B, a.C ^ b.C, a.D ^ b.D);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad MultiplyWide(Quad a, uint factor, out Quad low)
    {
        Vector128<float> highA = MultiplyWide(a.A, factor, out Vector128<float> lowA);
        Vector128<float> highB = MultiplyWide(a.B, factor, out Vector128<float> lowB);
        Vector128<float> highC = MultiplyWide(a.C, factor, out Vector128<float> lowC);
        Vector128<float> highD = MultiplyWide(a.D, factor, out Vector128<float> lowD);
        low = new Quad(lowA, lowB, lowC, lowD);
        return new Quad(highA, highB, highC, highD);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad UpperBitsToFloat(Quad a) =>
        new(UpperBits(a.A), UpperBits(a.B), UpperBits(a.C), UpperBits(a.D));

    // By way of sixteen floats on the stack.
    private static Quad LoadPartial(float* source, int count, Quad fill)
    {
        float* buffer = stackalloc float[16];
        Store(buffer, fill);
        for (int i = 0; i < count; i++)
            buffer[i] = source[i];
        return Load(buffer);
    }

    private static void StorePartial(float* target, Quad value, int count)
    {
        float* buffer = stackalloc float[16];
        Store(buffer, value);
        for (int i = 0; i < count; i++)
            target[i] = buffer[i];
    }

    /// <summary>Adds four lanes: those 2 apart, then 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float Fold(Vector128<float> a)
    {
        Vector128<float> b = a + Vector128.Shuffle(a, Vector128.Create(2, 3, 0, 1));
        return b.ToScalar() + b.GetElement(1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float FoldMax(Vector128<float> a)
    {
        Vector128<float> b = Vector128.MaxNative(a, Vector128.Shuffle(a, Vector128.Create(2, 3, 0, 1)));
        return Vector128.MaxNative(b, Vector128.Shuffle(b, Vector128.Create(1, 0, 3, 2))).ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Exponent(Vector128<float> a) =>
        Vector128.ConvertToSingle((a.AsInt32() >>> 23) - Vector128.Create(127));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Mantissa(Vector128<float> a) =>
        ((a.AsInt32() & Vector128.Create(0x007FFFFF)) | Vector128.Create(0x3F800000)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Sequence(uint first) => (Vector128.Create(first) + Vector128<uint>.Indices).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> UpperBits(Vector128<float> a) => Vector128.ConvertToSingle((a.AsUInt32() >>> 8).AsInt32());

    // Even lanes, then odd lanes shifted down, each to two 64-bit products; then interleaved again (see Lanes512).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> MultiplyWide(Vector128<float> a, uint factor, out Vector128<float> low)
    {
        Vector128<ulong> lower = Vector128.Create(0x00000000FFFFFFFFul);
        Vector128<ulong> even, odd;
        if (Sse2.IsSupported)
        {
            even = Sse2.Multiply(a.AsUInt32(), Vector128.Create(factor));
            odd = Sse2.Multiply((a.AsUInt64() >>> 32).AsUInt32(), Vector128.Create(factor));
        }
        else
        {
            even = (a.AsUInt64() & lower) * factor;
            odd = (a.AsUInt64() >>> 32) * factor;
        }

        low = ((even & lower) | (odd << 32)).AsSingle();
        return ((even >>> 32) | Vector128.AndNot(odd, lower)).AsSingle();
    }

    /// <summary>Sixteen lanes.</summary>
    internal readonly struct Quad(Vector128<float> a, Vector128<float> b, Vector128<float> c, Vector128<float> d)
    {
        internal readonly Vector128<float> A = a;
        internal readonly Vector128<float> B = b;
        internal readonly Vector128<float> C = c;
        internal readonly Vector128<float> D = d;
    }
}
