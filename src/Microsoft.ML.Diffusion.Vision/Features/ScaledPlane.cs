using System.Numerics;

namespace Microsoft.ML.Diffusion.Vision.Features;

/// <summary>One channel of a picture, smoothed by a Gaussian; beyond the edges it is mirrored.</summary>
/// <param name="values">[height times width].</param>
/// <param name="height">Lines.</param>
/// <param name="width">Pixels of a line.</param>
/// <param name="scale">The deviation of the Gaussian, in pixels.</param>
internal sealed class ScaledPlane(float[] values, int height, int width, float scale)
{
    private const float Reach = 4;

    // What comes of filtering along the lines, for each order of the derivative.
    private readonly float[]?[] _lines = new float[3][];

    /// <summary>A derivative of the smoothed picture.</summary>
    /// <param name="down">Its order from line to line, 0 to 2.</param>
    /// <param name="over">Its order along a line, 0 to 2.</param>
    public float[] Derivative(int down, int over)
    {
        float[] result = new float[values.Length];
        FilterColumns(_lines[over] ??= FilterLines(Kernel(over)), result, Kernel(down));
        return result;
    }

    /// <summary>Filters along each line.</summary>
    private float[] FilterLines(float[] kernel)
    {
        int reach = kernel.Length / 2;
        float[] result = new float[values.Length], mirrored = new float[width + (2 * reach)];
        for (int line = 0; line < height; line++)
        {
            ReadOnlySpan<float> source = values.AsSpan(line * width, width);
            Span<float> target = result.AsSpan(line * width, width);
            for (int i = 0; i < mirrored.Length; i++)
                mirrored[i] = source[Mirror(i - reach, width)];
            // Each lane is one pixel of the line: lane l of place x sums kernel[k] * mirrored[x + l + k] over k, in the order of k as
            // the pixels that are left over at the end of a line do. So the width of vectors changes no bit.
            int x = 0;
            for (; x <= width - Vector<float>.Count; x += Vector<float>.Count)
            {
                Vector<float> sum = Vector<float>.Zero;
                for (int k = 0; k < kernel.Length; k++)
                    sum += new Vector<float>(kernel[k]) * new Vector<float>(mirrored, x + k);
                sum.CopyTo(target[x..]);
            }

            for (; x < width; x++)
            {
                float sum = 0;
                for (int k = 0; k < kernel.Length; k++)
                    sum += kernel[k] * mirrored[x + k];
                target[x] = sum;
            }
        }

        return result;
    }

    /// <summary>Filters from line to line.</summary>
    private void FilterColumns(float[] source, float[] target, float[] kernel)
    {
        int reach = kernel.Length / 2;
        int[] lines = new int[kernel.Length];
        for (int line = 0; line < height; line++)
        {
            for (int k = 0; k < lines.Length; k++)
                lines[k] = Mirror(line + k - reach, height) * width;
            // Each lane is one pixel of the line, as above: it sums kernel[k] times the pixel of its column in line k.
            int x = 0;
            for (; x <= width - Vector<float>.Count; x += Vector<float>.Count)
            {
                Vector<float> sum = Vector<float>.Zero;
                for (int k = 0; k < kernel.Length; k++)
                    sum += new Vector<float>(kernel[k]) * new Vector<float>(source, lines[k] + x);
                sum.CopyTo(target, (line * width) + x);
            }

            for (; x < width; x++)
            {
                float sum = 0;
                for (int k = 0; k < kernel.Length; k++)
                    sum += kernel[k] * source[lines[k] + x];
                target[(line * width) + x] = sum;
            }
        }
    }

    private static int Mirror(int place, int length)
    {
        int period = 2 * length, within = ((place % period) + period) % period;
        return within < length ? within : period - 1 - within;
    }

    /// <summary>The Gaussian's derivative as a filter: a sum of source(i + k) times kernel(k).</summary>
    private float[] Kernel(int order)
    {
        int reach = (int)((Reach * scale) + 0.5f);
        double[] weights = [.. Enumerable.Range(-reach, (2 * reach) + 1).Select(k => Math.Exp(-0.5 * k * k / (scale * scale)))];
        double sum = weights.Sum(), square = scale * scale;
        double[] kernel = new double[weights.Length];
        for (int i = 0; i < kernel.Length; i++)
        {
            double k = i - reach, weight = weights[i] / sum;
            kernel[i] = order switch
            {
                0 => weight,
                1 => weight * k / square,
                _ => weight * ((k * k / square) - 1) / square,
            };
        }

        // At a few pixels the second derivative of the samples does not quite add up to nothing, and would see brightness.
        double excess = order == 2 ? kernel.Sum() : 0;
        return [.. kernel.Select((value, i) => (float)(value - (excess * weights[i] / sum)))];
    }
}
