namespace Microsoft.ML.Diffusion.Vision.Features;

/// <summary>A Gaussian and its first two derivatives as filters along a line: a sum of source(i + k) times kernel(k).</summary>
internal sealed class GaussianFilter
{
    private const float Reach = 4;
    private const int Orders = 3;

    private readonly float[][] _kernels;

    /// <param name="scale">The deviation of the Gaussian, in pixels.</param>
    public GaussianFilter(float scale) => _kernels = [.. Enumerable.Range(0, Orders).Select(order => Make(scale, order))];

    /// <summary>The filter for an order of the derivative, 0 to 2; of an odd length, the middle one is the pixel's own.</summary>
    public float[] Kernel(int order) => _kernels[order];

    private static float[] Make(float scale, int order)
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
