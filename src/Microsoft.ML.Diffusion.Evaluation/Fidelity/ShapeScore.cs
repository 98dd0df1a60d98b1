using Microsoft.ML.Diffusion.Evaluation.Results;

namespace Microsoft.ML.Diffusion.Evaluation.Fidelity;

/// <summary>How much one column's distribution resembles another's, by SDMetrics' formulas. Missing cells are left out.</summary>
internal static class ShapeScore
{
    /// <summary>A category is rare when it takes at most this share of a column.</summary>
    public const double RareShare = 0.01;

    // SDMetrics rounds to as many decimals before it compares.
    private const int Decimals = 14;

    public static ColumnShape Of(ColumnCells real, ColumnCells synthetic)
    {
        if (real.IsNumeric)
            return new(real.Column.Name, "ksComplement", KolmogorovSmirnovComplement(real.Sorted, synthetic.Sorted),
                RangeCoverage(real.Sorted, synthetic.Sorted), 0, 0);
        int[] counts = real.Counts(), others = synthetic.Counts();
        int[] rare = [.. Enumerable.Range(0, counts.Length).Where(code => counts[code] > 0 && counts[code] <= RareShare * real.Sorted.Length)];
        double known = counts.Count(count => count > 0);
        double coverage = known == 0 ? double.NaN : counts.Where((count, code) => count > 0 && others[code] > 0).Count() / known;
        return new(real.Column.Name, "tvComplement", TotalVariationComplement(real, synthetic), coverage, rare.Length,
            rare.Count(code => others[code] > 0));
    }

    /// <summary>1 minus the largest difference of the two empirical distribution functions; NaN where either has no value.</summary>
    /// <param name="a">Values in increasing order.</param>
    /// <param name="b">Values in increasing order.</param>
    public static double KolmogorovSmirnovComplement(double[] a, double[] b)
    {
        if (a.Length == 0 || b.Length == 0)
            return double.NaN;
        double largest = 0;
        for (int i = 0, j = 0; i < a.Length && j < b.Length;)
        {
            double value = Math.Min(Rounded(a[i]), Rounded(b[j]));
            while (i < a.Length && Rounded(a[i]) <= value)
                i++;
            while (j < b.Length && Rounded(b[j]) <= value)
                j++;
            largest = Math.Max(largest, Math.Abs(((double)i / a.Length) - ((double)j / b.Length)));
        }

        return 1 - largest;
    }

    /// <summary>1 minus half the sum of the absolute differences of the categories' shares; NaN where either has no value.</summary>
    public static double TotalVariationComplement(ColumnCells real, ColumnCells synthetic) =>
        real.Sorted.Length == 0 || synthetic.Sorted.Length == 0
            ? double.NaN
            : 1 - (real.Shares().Zip(synthetic.Shares(), (p, q) => Math.Abs(p - q)).Sum() / 2);

    private static double RangeCoverage(double[] real, double[] synthetic)
    {
        if (real.Length == 0)
            return double.NaN;
        if (synthetic.Length == 0)
            return 0;
        double range = real[^1] - real[0];
        if (range <= 0)
            return synthetic[0] <= real[0] && synthetic[^1] >= real[0] ? 1 : 0;
        double missed = (Math.Max(0, synthetic[0] - real[0]) + Math.Max(0, real[^1] - synthetic[^1])) / range;
        return Math.Max(0, 1 - missed);
    }

    private static double Rounded(double value) => Math.Abs(value) < 10 ? Math.Round(value, Decimals) : value;
}
