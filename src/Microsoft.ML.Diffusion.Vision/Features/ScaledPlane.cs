using System.Numerics;
using System.Runtime.InteropServices;

namespace Microsoft.ML.Diffusion.Vision.Features;

/// <summary>One channel of a picture, smoothed by a Gaussian; beyond the edges it is mirrored.</summary>
/// <param name="height">Lines.</param>
/// <param name="width">Pixels of a line.</param>
internal sealed class ScaledPlane(int height, int width)
{
    // Vectors that are summed side by side, so that no sum waits for the one before.
    private const int Abreast = 4;

    // What comes of filtering along the lines, for each order of the derivative, and whether it is there.
    private readonly float[][] _lines = [new float[height * width], new float[height * width], new float[height * width]];
    private readonly bool[] _isDone = new bool[3];

    // The lines with as many mirrored pixels on both sides as the filter reaches.
    private float[] _mirrored = [];
    private int _stride;
    private GaussianFilter? _filter;

    /// <summary>Takes another channel, or another Gaussian.</summary>
    /// <param name="values">[height times width].</param>
    /// <param name="filter">The Gaussian.</param>
    public void Take(float[] values, GaussianFilter filter)
    {
        _filter = filter;
        _isDone.AsSpan().Clear();
        int reach = filter.Kernel(0).Length / 2;
        _stride = width + (2 * reach);
        if (_mirrored.Length < height * _stride)
            _mirrored = new float[height * _stride];
        for (int line = 0; line < height; line++)
        {
            ReadOnlySpan<float> source = values.AsSpan(line * width, width);
            Span<float> target = _mirrored.AsSpan(line * _stride, _stride);
            source.CopyTo(target[reach..]);
            for (int i = 0; i < reach; i++)
            {
                target[i] = source[Mirror(i - reach, width)];
                target[reach + width + i] = source[Mirror(width + i, width)];
            }
        }
    }

    /// <summary>A derivative of the smoothed picture.</summary>
    /// <param name="down">Its order from line to line, 0 to 2.</param>
    /// <param name="over">Its order along a line, 0 to 2.</param>
    /// <param name="result">Receives [height times width].</param>
    public void Derivative(int down, int over, Span<float> result)
    {
        if (!_isDone[over])
            FilterLines(_filter!.Kernel(over), _lines[over]);
        _isDone[over] = true;
        FilterColumns(_lines[over], result, _filter!.Kernel(down));
    }

    /// <summary>Filters along each line.</summary>
    private void FilterLines(float[] kernel, float[] result)
    {
        Span<int> starts = stackalloc int[kernel.Length];
        for (int line = 0; line < height; line++)
        {
            for (int k = 0; k < starts.Length; k++)
                starts[k] = (line * _stride) + k;
            Sum(kernel, _mirrored, starts, result.AsSpan(line * width, width));
        }
    }

    /// <summary>Filters from line to line.</summary>
    private void FilterColumns(float[] source, Span<float> target, float[] kernel)
    {
        int reach = kernel.Length / 2;
        Span<int> lines = stackalloc int[kernel.Length];
        for (int line = 0; line < height; line++)
        {
            for (int k = 0; k < lines.Length; k++)
                lines[k] = Mirror(line + k - reach, height) * width;
            Sum(kernel, source, lines, target.Slice(line * width, width));
        }
    }

    /// <summary>The sum of kernel(k) times source(starts(k) + x), for every x of the target.</summary>
    /// <remarks>Each lane is one pixel of the line, and sums over k in its order, as the pixels that are left over at the end of a line do:
    /// the width of vectors changes no bit.</remarks>
    private static void Sum(float[] kernel, float[] source, ReadOnlySpan<int> starts, Span<float> target)
    {
        int width = target.Length, x = 0, lanes = Vector<float>.Count;
        // The vectors below do not look whether they end within the source.
        foreach (int start in starts)
            ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)start, (uint)(source.Length - width), nameof(starts));
        ref float first = ref MemoryMarshal.GetArrayDataReference(source);
        for (; x <= width - (Abreast * lanes); x += Abreast * lanes)
        {
            Vector<float> a = Vector<float>.Zero, b = a, c = a, d = a;
            for (int k = 0; k < kernel.Length; k++)
            {
                var weight = new Vector<float>(kernel[k]);
                nuint at = (nuint)(starts[k] + x);
                a += weight * Vector.LoadUnsafe(ref first, at);
                b += weight * Vector.LoadUnsafe(ref first, at + (nuint)lanes);
                c += weight * Vector.LoadUnsafe(ref first, at + (nuint)(2 * lanes));
                d += weight * Vector.LoadUnsafe(ref first, at + (nuint)(3 * lanes));
            }

            a.CopyTo(target[x..]);
            b.CopyTo(target[(x + lanes)..]);
            c.CopyTo(target[(x + (2 * lanes))..]);
            d.CopyTo(target[(x + (3 * lanes))..]);
        }

        for (; x <= width - lanes; x += lanes)
        {
            Vector<float> sum = Vector<float>.Zero;
            for (int k = 0; k < kernel.Length; k++)
                sum += new Vector<float>(kernel[k]) * Vector.LoadUnsafe(ref first, (nuint)(starts[k] + x));
            sum.CopyTo(target[x..]);
        }

        for (; x < width; x++)
        {
            float sum = 0;
            for (int k = 0; k < kernel.Length; k++)
                sum += kernel[k] * source[starts[k] + x];
            target[x] = sum;
        }
    }

    private static int Mirror(int place, int length)
    {
        int period = 2 * length, within = ((place % period) + period) % period;
        return within < length ? within : period - 1 - within;
    }
}
