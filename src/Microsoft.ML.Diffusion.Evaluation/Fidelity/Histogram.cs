namespace Microsoft.ML.Diffusion.Evaluation.Fidelity;

/// <summary>Shares of numbers by bins.</summary>
internal static class Histogram
{
    /// <summary>The share of the values in each bin; those beyond the first or last edge are in the bin beside it.</summary>
    /// <param name="sorted">Values in increasing order.</param>
    /// <param name="edges">Increasing, one more than there are bins.</param>
    public static double[] Shares(double[] sorted, double[] edges)
    {
        double[] shares = new double[edges.Length - 1];
        int bin = 0;
        foreach (double value in sorted)
        {
            while (bin < shares.Length - 1 && value >= edges[bin + 1])
                bin++;
            shares[bin]++;
        }

        for (int i = 0; i < shares.Length; i++)
            shares[i] /= Math.Max(1, sorted.Length);
        return shares;
    }
}
