using Microsoft.ML.Diffusion.Evaluation.Results;

namespace Microsoft.ML.Diffusion.Evaluation.Fidelity;

/// <summary>Quantiles with linear interpolation, and the standard deviation.</summary>
internal static class Quantiles
{
    /// <param name="sorted">Values in increasing order; NaN comes of none.</param>
    /// <param name="share">0 to 1.</param>
    public static double Of(ReadOnlySpan<double> sorted, double share)
    {
        if (sorted.Length == 0)
            return double.NaN;
        double place = share * (sorted.Length - 1);
        int below = (int)place;
        double above = sorted[Math.Min(below + 1, sorted.Length - 1)];
        return sorted[below] + ((place - below) * (above - sorted[below]));
    }

    /// <summary>Takes the numbers in any order.</summary>
    public static QuantileSummary Summary(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0
            ? new(double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN)
            : new(sorted.Average(), sorted[0], Of(sorted, 0.05), Of(sorted, 0.25), Of(sorted, 0.5), Of(sorted, 0.75), Of(sorted, 0.95), sorted[^1]);
    }

    /// <summary>With n - 1 in the denominator; NaN of fewer than two numbers.</summary>
    public static double StandardDeviation(IReadOnlyList<double> values)
    {
        if (values.Count < 2)
            return double.NaN;
        double mean = values.Average();
        return Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1));
    }
}
