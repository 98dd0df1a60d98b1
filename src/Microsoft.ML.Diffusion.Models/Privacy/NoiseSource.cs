using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Privacy;

/// <summary>Random bits for noise that protects rows, and exact draws made of them with whole numbers alone: floating-point noise gives
/// rows away by its last bits (Mironov 2012). Not safe to use from several threads at once.</summary>
/// <param name="seed">Null for bits of the operating system's cryptographic generator. With a seed, whoever knows it can take the noise
/// away again.</param>
internal sealed class NoiseSource(ulong? seed)
{
    private const ulong Stream = 0x4E4F495345;

    private readonly Philox _random = new(seed ?? 0, Stream);
    private readonly byte[] _buffer = new byte[4096];
    private int _used = 4096;
    private ulong _drawn;

    /// <summary>64 random bits.</summary>
    public ulong Bits()
    {
        if (seed is not null)
            return _random.Bits(_drawn++) | ((ulong)_random.Bits(_drawn++) << 32);
        if (_used == _buffer.Length)
        {
            RandomNumberGenerator.Fill(_buffer);
            _used = 0;
        }
        _used += sizeof(ulong);
        return BinaryPrimitives.ReadUInt64LittleEndian(_buffer.AsSpan(_used - sizeof(ulong)));
    }

    /// <summary>A whole number from 0 to <paramref name="bound"/> - 1, each exactly as probable.</summary>
    public UInt128 Below(UInt128 bound)
    {
        // Numbers of as many bits as are needed, until one is small enough.
        int bits = 128 - (int)UInt128.LeadingZeroCount(bound - 1);
        while (true)
        {
            UInt128 drawn = bits <= 64 ? Bits() : new UInt128(Bits(), Bits());
            drawn = bits == 0 ? 0 : drawn >> ((bits <= 64 ? 64 : 128) - bits);
            if (drawn < bound)
                return drawn;
        }
    }

    /// <summary>Uniform in [0, 1), a multiple of 2^-53.</summary>
    public double Uniform() => (Bits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>True with probability exp(-numerator / denominator): Canonne, Kamath, Steinke 2020, algorithm 1.</summary>
    public bool WithExponential(UInt128 numerator, UInt128 denominator)
    {
        while (numerator > denominator)
        {
            if (!WithSmallExponential(1, 1))
                return false;
            numerator -= denominator;
        }
        return WithSmallExponential(numerator, denominator);
    }

    /// <summary>A whole number from the discrete Gaussian distribution: k with probability in proportion to exp(-k^2 / (2 variance)), by
    /// Canonne, Kamath, Steinke 2020, algorithm 3, which is exact.</summary>
    /// <param name="sixteenths">The variance in sixteenths, 1 to 2^48.</param>
    public long DiscreteGaussian(long sixteenths)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sixteenths, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sixteenths, 1L << 48);
        long scale = (long)Math.Sqrt(sixteenths / 16) + 1;
        UInt128 size = (UInt128)(16 * scale);
        while (true)
        {
            long drawn = DiscreteLaplace(scale);
            // exp(-(|k| - variance / scale)^2 / (2 variance)), over a common denominator.
            UInt128 left = size * (UInt128)Math.Abs(drawn), right = (UInt128)sixteenths;
            UInt128 distance = left > right ? left - right : right - left;
            if (WithExponential(distance * distance, 2 * (UInt128)sixteenths * size * (UInt128)scale))
                return drawn;
        }
    }

    /// <summary>Adds normal noise to numbers (Box, Muller 1958). Unlike the noise of counts it is rounded as floating-point numbers
    /// are.</summary>
    /// <param name="values">What is changed.</param>
    /// <param name="deviation">The standard deviation.</param>
    public void AddNormal(Span<float> values, double deviation)
    {
        for (int i = 0; i < values.Length; i += 2)
        {
            double radius = deviation * Math.Sqrt(-2 * Math.Log(1 - Uniform()));
            (double sine, double cosine) = Math.SinCos(2 * Math.PI * Uniform());
            values[i] += (float)(radius * cosine);
            if (i + 1 < values.Length)
                values[i + 1] += (float)(radius * sine);
        }
    }

    /// <summary>Draws one of several with a probability in proportion to exp(rate x score): the exponential mechanism (McSherry, Talwar
    /// 2007), by Gumbel's largest.</summary>
    /// <param name="scores">Their scores.</param>
    /// <param name="rate">epsilon / (2 x what one row can change a score by).</param>
    public int Choose(ReadOnlySpan<double> scores, double rate)
    {
        int best = -1;
        double most = double.NegativeInfinity;
        for (int i = 0; i < scores.Length; i++)
        {
            double value = (rate * scores[i]) - Math.Log(-Math.Log(Uniform() + (0.5 / (1UL << 53))));
            if (best < 0 || value > most)
                (best, most) = (i, value);
        }
        return best;
    }

    // The same for a quotient of at most 1, as von Neumann draws it.
    private bool WithSmallExponential(UInt128 numerator, UInt128 denominator)
    {
        ulong k = 1;
        while (Below(denominator * k) < numerator)
            k++;
        return k % 2 == 1;
    }

    // k with probability in proportion to exp(-|k| / scale): algorithm 2.
    private long DiscreteLaplace(long scale)
    {
        while (true)
        {
            long rest = (long)Below((UInt128)scale);
            if (!WithExponential((UInt128)rest, (UInt128)scale))
                continue;
            long whole = 0;
            while (WithExponential(1, 1))
                whole++;
            long size = rest + (scale * whole);
            bool isNegative = Below(2) == 1;
            if (size == 0 && isNegative)
                continue;
            return isNegative ? -size : size;
        }
    }
}
