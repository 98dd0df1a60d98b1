namespace Microsoft.ML.Diffusion.Evaluation.Utility;

/// <summary>Area under the curve of true against false positives.</summary>
internal static class RankAuc
{
    /// <summary>The chance that a positive has a higher score than a negative, half of the ties included; NaN where either is
    /// missing.</summary>
    /// <param name="scores">One score per item.</param>
    /// <param name="isPositive">Whether each item is a positive.</param>
    public static double Of(ReadOnlySpan<double> scores, ReadOnlySpan<bool> isPositive)
    {
        double[] sorted = scores.ToArray();
        bool[] kinds = isPositive.ToArray();
        Array.Sort(sorted, kinds);
        double positives = 0, negatives = 0, above = 0;
        for (int start = 0, end; start < sorted.Length; start = end)
        {
            double tiedPositives = 0, tied = 0;
            for (end = start; end < sorted.Length && sorted[end] == sorted[start]; end++)
            {
                tied++;
                tiedPositives += kinds[end] ? 1 : 0;
            }

            above += tiedPositives * (negatives + ((tied - tiedPositives) / 2));
            positives += tiedPositives;
            negatives += tied - tiedPositives;
            end = Math.Max(end, start + 1);
        }

        return above / (positives * negatives);
    }
}
