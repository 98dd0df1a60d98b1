using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>Sixteen lanes in two registers of 256 bits (AVX2): lanes 0 to 7 in A, lanes 8 to 15 in B.</summary>
internal readonly unsafe struct Lanes256 : ILanes<Lanes256.Pair>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair Create(float value) => new(Vector256.Create(value), Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair Load(float* source) => new(Vector256.Load(source), Vector256.Load(source + 8));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* target, Pair value)
    {
        value.A.Store(target);
        value.B.Store(target + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair Load(float* source, int count) => Load(source, count, Create(0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair Load(float* source, int count, Pair fill)
    {
        if (count != 16)
            return LoadPartial(source, count, fill);
        return Load(source);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* target, Pair value, int count)
    {
        if (count == 16)
            Store(target, value);
        else
            StorePartial(target, value, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair Add(Pair a, Pair b) => new(a.A + b.A, a.B + b.B);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair Subtract(Pair a, Pair b) => new(a.A - b.A, a.B - b.B);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair Multiply(Pair a, Pair b) => new(a.A * b.A, a.B * b.B);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair Divide(Pair a, Pair b) => new(a.A / b.A, a.B / b.B);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair MultiplyAdd(Pair a, Pair b, Pair c) =>
        new(Vector256.FusedMultiplyAdd(a.A, b.A, c.A), Vector256.FusedMultiplyAdd(a.B, b.B, c.B));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair Sqrt(Pair a) => new(Vector256.Sqrt(a.A), Vector256.Sqrt(a.B));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair WherePositive(Pair condition, Pair a, Pair b) => WhereGreater(condition, default, a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair WhereGreater(Pair x, Pair y, Pair a, Pair b) => new(
        Vector256.ConditionalSelect(Vector256.GreaterThan(x.A, y.A), a.A, b.A),
        Vector256.ConditionalSelect(Vector256.GreaterThan(x.B, y.B), a.B, b.B));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Pair a) => Fold(a.A + a.B);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Max(Pair a) => FoldMax(Vector256.MaxNative(a.A, a.B));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair ScaleByPowerOfTwo(Pair a, Pair shifted) => new(
        (a.A.AsInt32() + (shifted.A.AsInt32() << 23)).AsSingle(),
        (a.B.AsInt32() + (shifted.B.AsInt32() << 23)).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair SplitExponent(Pair a, out Pair exponent)
    {
        exponent = new Pair(
            Vector256.ConvertToSingle((a.A.AsInt32() >>> 23) - Vector256.Create(127)),
            Vector256.ConvertToSingle((a.B.AsInt32() >>> 23) - Vector256.Create(127)));
        return new Pair(
            ((a.A.AsInt32() & Vector256.Create(0x007FFFFF)) | Vector256.Create(0x3F800000)).AsSingle(),
            ((a.B.AsInt32() & Vector256.Create(0x007FFFFF)) | Vector256.Create(0x3F800000)).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair CreateBits(uint value) => new(Vector256.Create(value).AsSingle(), Vector256.Create(value).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair CreateSequence(uint first) => new(
        (Vector256.Create(first) + Vector256<uint>.Indices).AsSingle(),
        (Vector256.Create(first + 8) + Vector256<uint>.Indices).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair Xor(Pair a, Pair b) =>
        new((a.A.AsUInt32() ^ b.A.AsUInt32()).AsSingle(), (a.B.AsUInt32() ^ b.B.AsUInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair MultiplyWide(Pair a, uint factor, out Pair low)
    {
        Vector256<float> highA = MultiplyWide(a.A, factor, out Vector256<float> lowA);
        Vector256<float> highB = MultiplyWide(a.B, factor, out Vector256<float> lowB);
        low = new Pair(lowA, lowB);
        return new Pair(highA, highB);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pair UpperBitsToFloat(Pair a) => new(
        Vector256.ConvertToSingle((a.A.AsUInt32() >>> 8).AsInt32()), Vector256.ConvertToSingle((a.B.AsUInt32() >>> 8).AsInt32()));

    // By way of sixteen floats on the stack.
    private static Pair LoadPartial(float* source, int count, Pair fill)
    {
        float* buffer = stackalloc float[16];
        Store(buffer, fill);
        for (int i = 0; i < count; i++)
            buffer[i] = source[i];
        return Load(buffer);
    }

    private static void StorePartial(float* target, Pair value, int count)
    {
        float* buffer = stackalloc float[16];
        Store(buffer, value);
        for (int i = 0; i < count; i++)
            target[i] = buffer[i];
    }

    /// <summary>Adds eight lanes: those 4 apart, then 2, then 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float Fold(Vector256<float> a) => Lanes128.Fold(a.GetLower() + a.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float FoldMax(Vector256<float> a) => Lanes128.FoldMax(Vector128.MaxNative(a.GetLower(), a.GetUpper()));

    // Even lanes, then odd lanes shifted down, each to four 64-bit products; then interleaved again (see Lanes512).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> MultiplyWide(Vector256<float> a, uint factor, out Vector256<float> low)
    {
        Vector256<ulong> lower = Vector256.Create(0x00000000FFFFFFFFul);
        Vector256<ulong> even, odd;
        if (Avx2.IsSupported)
        {
            even = Avx2.Multiply(a.AsUInt32(), Vector256.Create(factor));
            odd = Avx2.Multiply((a.AsUInt64() >>> 32).AsUInt32(), Vector256.Create(factor));
        }
        else
        {
            even = (a.AsUInt64() & lower) * factor;
            odd = (a.AsUInt64() >>> 32) * factor;
        }

        low = ((even & lower) | (odd << 32)).AsSingle();
        return ((even >>> 32) | Vector256.AndNot(odd, lower)).AsSingle();
    }

    /// <summary>Sixteen lanes.</summary>
    internal readonly struct Pair(Vector256<float> a, Vector256<float> b)
    {
        internal readonly Vector256<float> A = a;
        internal readonly Vector256<float> B = b;
    }
}
