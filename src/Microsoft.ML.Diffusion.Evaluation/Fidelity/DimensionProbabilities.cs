using Microsoft.ML.Diffusion.Evaluation.Results;

namespace Microsoft.ML.Diffusion.Evaluation.Fidelity;

/// <summary>How often every column of two values has the rarer one, in two tables.</summary>
internal static class DimensionProbabilities
{
    public static DimensionProbability[] Of(ColumnCells[] real, ColumnCells[] synthetic) =>
        [.. real.Zip(synthetic, Of).OfType<DimensionProbability>()];

    /// <summary>Correlation and summed absolute difference; NaN where it takes more columns.</summary>
    public static (double Correlation, double AbsoluteError) Compare(IReadOnlyList<DimensionProbability> dimensions) => dimensions.Count == 0
        ? (double.NaN, double.NaN)
        : (Association.Pearson([.. dimensions.Select(d => d.Real)], [.. dimensions.Select(d => d.Synthetic)]),
            dimensions.Sum(d => Math.Abs(d.Real - d.Synthetic)));

    private static DimensionProbability? Of(ColumnCells real, ColumnCells synthetic)
    {
        if (real.IsNumeric)
        {
            return real.Sorted.Length > 0 && real.Sorted.All(value => value is 0 or 1)
                ? new(real.Column.Name, "1", real.Sorted.Average(), synthetic.Sorted.Length == 0 ? 0
                    : synthetic.Sorted.Count(value => value == 1) / (double)synthetic.Sorted.Length)
                : null;
        }

        double[] shares = real.Shares();
        int[] occurring = [.. Enumerable.Range(0, shares.Length).Where(code => shares[code] > 0)];
        if (occurring.Length != 2)
            return null;
        int rarer = shares[occurring[0]] < shares[occurring[1]] ? occurring[0] : occurring[1];
        return new(real.Column.Name, real.Column.Categories[rarer], shares[rarer], synthetic.Shares()[rarer]);
    }
}
