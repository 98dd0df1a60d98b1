using System.Runtime.CompilerServices;

namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>
/// Sixteen lanes as sixteen floats, one after another: what every processor can do, and what the wider ones must agree with bit
/// by bit.
/// </summary>
internal readonly unsafe struct LanesScalar : ILanes<LanesScalar.Sixteen>
{
    public static Sixteen Create(float value)
    {
        Sixteen result = default;
        for (int i = 0; i < 16; i++)
            result[i] = value;
        return result;
    }

    public static Sixteen Load(float* source) => Load(source, 16, default);

    public static Sixteen Load(float* source, int count) => Load(source, count, default);

    public static void Store(float* target, Sixteen value) => Store(target, value, 16);

    public static Sixteen Load(float* source, int count, Sixteen fill)
    {
        for (int i = 0; i < count; i++)
            fill[i] = source[i];
        return fill;
    }

    public static void Store(float* target, Sixteen value, int count)
    {
        for (int i = 0; i < count; i++)
            target[i] = value[i];
    }

    public static Sixteen Add(Sixteen a, Sixteen b)
    {
        Sixteen result = default;
        for (int i = 0; i < 16; i++)
            result[i] = a[i] + b[i];
        return result;
    }

    public static Sixteen Subtract(Sixteen a, Sixteen b)
    {
        Sixteen result = default;
        for (int i = 0; i < 16; i++)
            result[i] = a[i] - b[i];
        return result;
    }

    public static Sixteen Multiply(Sixteen a, Sixteen b)
    {
        Sixteen result = default;
        for (int i = 0; i < 16; i++)
            result[i] = a[i] * b[i];
        return result;
    }

    public static Sixteen Divide(Sixteen a, Sixteen b)
    {
        Sixteen result = default;
        for (int i = 0; i < 16; i++)
            result[i] = a[i] / b[i];
        return result;
    }

    public static Sixteen MultiplyAdd(Sixteen a, Sixteen b, Sixteen c)
    {
        Sixteen result = default;
        for (int i = 0; i < 16; i++)
            result[i] = MathF.FusedMultiplyAdd(a[i], b[i], c[i]);
        return result;
    }

    public static Sixteen Sqrt(Sixteen a)
    {
        Sixteen result = default;
        for (int i = 0; i < 16; i++)
            result[i] = MathF.Sqrt(a[i]);
        return result;
    }

    public static Sixteen WherePositive(Sixteen condition, Sixteen a, Sixteen b) => WhereGreater(condition, default, a, b);

    public static Sixteen WhereGreater(Sixteen x, Sixteen y, Sixteen a, Sixteen b)
    {
        Sixteen result = default;
        for (int i = 0; i < 16; i++)
            result[i] = x[i] > y[i] ? a[i] : b[i];
        return result;
    }

    public static float Sum(Sixteen a)
    {
        for (int apart = 8; apart > 0; apart /= 2)
        {
            for (int i = 0; i < apart; i++)
                a[i] += a[i + apart];
        }

        return a[0];
    }

    public static float Max(Sixteen a)
    {
        float max = a[0];
        for (int i = 1; i < 16; i++)
            max = a[i] > max ? a[i] : max;
        return max;
    }

    public static Sixteen ScaleByPowerOfTwo(Sixteen a, Sixteen shifted)
    {
        Sixteen result = default;
        for (int i = 0; i < 16; i++)
            result[i] = Float(Bits(a[i]) + (Bits(shifted[i]) << 23));
        return result;
    }

    public static Sixteen SplitExponent(Sixteen a, out Sixteen exponent)
    {
        Sixteen mantissa = default;
        exponent = default;
        for (int i = 0; i < 16; i++)
        {
            exponent[i] = (int)(Bits(a[i]) >> 23) - 127;
            mantissa[i] = Float((Bits(a[i]) & 0x007FFFFF) | 0x3F800000);
        }

        return mantissa;
    }

    public static Sixteen CreateBits(uint value) => Create(Float(value));

    public static Sixteen CreateSequence(uint first)
    {
        Sixteen result = default;
        for (int i = 0; i < 16; i++)
            result[i] = Float(first + (uint)i);
        return result;
    }

    public static Sixteen Xor(Sixteen a, Sixteen b)
    {
        Sixteen result = default;
        for (int i = 0; i < 16; i++)
            result[i] = Float(Bits(a[i]) ^ Bits(b[i]));
        return result;
    }

    public static Sixteen MultiplyWide(Sixteen a, uint factor, out Sixteen low)
    {
        Sixteen high = default;
        low = default;
        for (int i = 0; i < 16; i++)
        {
            ulong product = (ulong)Bits(a[i]) * factor;
            low[i] = Float((uint)product);
            high[i] = Float((uint)(product >> 32));
        }

        return high;
    }

    public static Sixteen UpperBitsToFloat(Sixteen a)
    {
        Sixteen result = default;
        for (int i = 0; i < 16; i++)
            result[i] = Bits(a[i]) >> 8;
        return result;
    }

    private static uint Bits(float value) => BitConverter.SingleToUInt32Bits(value);

    private static float Float(uint bits) => BitConverter.UInt32BitsToSingle(bits);

    /// <summary>Sixteen lanes.</summary>
    [InlineArray(16)]
    internal struct Sixteen
    {
        private float _first;
    }
}
