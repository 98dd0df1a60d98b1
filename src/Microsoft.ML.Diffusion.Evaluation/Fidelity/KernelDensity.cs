namespace Microsoft.ML.Diffusion.Evaluation.Fidelity;

/// <summary>Kernel density estimates with a Gaussian kernel.</summary>
internal static class KernelDensity
{
    // Beyond this many values a grid as fine stands for them: far finer than any curve on a screen.
    private const int MostValues = 4096;

    // A value farther away than this many bandwidths adds less than 1e-14.
    private const double Reach = 8;

    /// <summary>The density at each point, with Silverman's bandwidth 0.9 min(deviation, interquartile range / 1.34) n^(-1/5) (1986,
    /// equation
    /// 3.31), the deviation alone where the interquartile range is 0. Zeros for a constant.</summary>
    /// <param name="at">Points in increasing order.</param>
    /// <param name="sorted">Values in increasing order.</param>
    public static double[] At(double[] at, double[] sorted)
    {
        double[] density = new double[at.Length];
        double deviation = Quantiles.StandardDeviation(sorted);
        if (!(deviation > 0))
            return density;
        double range = (Quantiles.Of(sorted, 0.75) - Quantiles.Of(sorted, 0.25)) / 1.34;
        double width = 0.9 * (range > 0 ? Math.Min(deviation, range) : deviation) * Math.Pow(sorted.Length, -0.2);
        foreach ((double value, int count) in Weighted(sorted))
        {
            double weight = count / (sorted.Length * width * Math.Sqrt(2 * Math.PI));
            for (int i = 0; i < at.Length; i++)
            {
                double away = (at[i] - value) / width;
                if (Math.Abs(away) < Reach)
                    density[i] += weight * Math.Exp(-away * away / 2);
            }
        }

        return density;
    }

    private static List<(double Value, int Count)> Weighted(double[] sorted)
    {
        double step = (sorted[^1] - sorted[0]) / MostValues;
        bool exact = sorted.Length <= MostValues;
        List<(double Value, int Count)> weighted = [];
        foreach (double value in sorted)
        {
            double place = exact ? value : sorted[0] + (Math.Round((value - sorted[0]) / step) * step);
            if (weighted.Count > 0 && weighted[^1].Value == place)
                weighted[^1] = (place, weighted[^1].Count + 1);
            else
                weighted.Add((place, 1));
        }

        return weighted;
    }
}
