using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Methods.Smoother;

/// <summary>A series drawn from a covariance, step after step: every process is a chain in time.</summary>
internal static class PriorDraw
{
    /// <summary>Draws.</summary>
    /// <param name="covariance">The covariance.</param>
    /// <param name="times">The time of each step.</param>
    /// <param name="random">Where the draw comes from.</param>
    /// <returns>The cells, step after step, noise included.</returns>
    public static double[] Of(SeriesCovariance covariance, double[] times, Philox random)
    {
        int width = covariance.Variables, rank = covariance.Rank, size = rank + width;
        double[] result = new double[times.Length * width], state = new double[size], turned = new double[size];
        float[] normal = new float[2 * size], noise = new float[width];
        for (int k = 0; k < covariance.Processes; k++)
        {
            Philox own = random.Fork((ulong)k);
            bool turns = covariance.Period > 0 && k == covariance.Processes - 1;
            for (int t = 0; t < times.Length; t++)
            {
                double distance = t == 0 ? double.PositiveInfinity : times[t] - times[t - 1];
                double kept = t == 0 ? 0 : double.IsPositiveInfinity(covariance.Scales[k]) ? 1 : Math.Exp(-distance / covariance.Scales[k]);
                double fresh = Math.Sqrt(Math.Max(0, 1 - kept * kept));
                if (fresh > 0)
                    own.Fork((ulong)t).FillNormal(normal);
                double angle = turns && t > 0 ? 2 * Math.PI * distance / covariance.Period : 0;
                (double sine, double cosine) = Math.SinCos(angle);
                for (int i = 0; i < size; i++)
                {
                    (double x, double y) = (state[i], turned[i]);
                    state[i] = kept * (cosine * x - sine * y) + fresh * normal[i];
                    turned[i] = turns ? kept * (sine * x + cosine * y) + fresh * normal[size + i] : 0;
                }
                for (int v = 0; v < width; v++)
                {
                    double sum = covariance.Own[k][v] * state[rank + v];
                    for (int r = 0; r < rank; r++)
                        sum += covariance.Factors[k][v * rank + r] * state[r];
                    result[t * width + v] += sum;
                }
            }
        }
        Philox last = random.Fork((ulong)covariance.Processes);
        for (int t = 0; t < times.Length; t++)
        {
            last.Fork((ulong)t).FillNormal(noise);
            for (int v = 0; v < width; v++)
                result[t * width + v] += Math.Sqrt(covariance.Noise[v]) * noise[v];
        }
        return result;
    }
}
