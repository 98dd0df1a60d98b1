namespace Microsoft.ML.Diffusion.Vision.Features;

/// <summary>One channel of a picture, smoothed by a Gaussian; beyond the edges it is mirrored.</summary>
/// <param name="values">[height times width].</param>
/// <param name="height">Lines.</param>
/// <param name="width">Pixels of a line.</param>
/// <param name="scale">The deviation of the Gaussian, in pixels.</param>
internal sealed class ScaledPlane(float[] values, int height, int width, float scale)
{
    private const float Reach = 4;

    /// <summary>A derivative of the smoothed picture.</summary>
    /// <param name="down">Its order from line to line, 0 to 2.</param>
    /// <param name="over">Its order along a line, 0 to 2.</param>
    public float[] Derivative(int down, int over)
    {
        float[] lines = new float[values.Length], result = new float[values.Length];
        Filter(values, lines, Kernel(over), height, width, width, 1);
        Filter(lines, result, Kernel(down), width, height, 1, width);
        return result;
    }

    /// <summary>Filters runs of numbers that lie some way apart.</summary>
    private static void Filter(float[] source, float[] target, float[] kernel, int runs, int length, int nextRun, int next)
    {
        int reach = kernel.Length / 2;
        float[] mirrored = new float[length + (2 * reach)];
        for (int run = 0; run < runs; run++)
        {
            int first = run * nextRun;
            for (int i = 0; i < mirrored.Length; i++)
                mirrored[i] = source[first + (Mirror(i - reach, length) * next)];
            for (int i = 0; i < length; i++)
            {
                ReadOnlySpan<float> seen = mirrored.AsSpan(i, kernel.Length);
                float sum = 0;
                for (int k = 0; k < kernel.Length; k++)
                    sum += kernel[k] * seen[k];
                target[first + (i * next)] = sum;
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
