using Microsoft.ML.Diffusion.Evaluation.Results;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Evaluation.Fidelity;

/// <summary>A column's distribution in two tables, to be drawn.</summary>
internal static class ColumnDistributions
{
    private const int MostCategories = 30;
    private const int Bins = 30;
    private const int MostWholeBins = 40;
    private const int DensityPoints = 160;

    public static ColumnDistribution Of(ColumnCells real, ColumnCells synthetic)
    {
        CellSummary realSummary = Summary(real), syntheticSummary = Summary(synthetic);
        string name = real.Column.Name;
        if (!real.IsNumeric)
        {
            double[] p = real.Shares(), q = synthetic.Shares();
            int[] order = [.. Enumerable.Range(0, p.Length).Where(code => p[code] + q[code] > 0).OrderByDescending(code => p[code])
                .ThenByDescending(code => q[code]).ThenBy(code => code)];
            CategoryFrequency[] categories = [.. order.Take(MostCategories)
                .Select(code => new CategoryFrequency(real.Column.Categories[code], p[code], q[code]))];
            return new(name, ColumnKind.Categorical, realSummary, syntheticSummary, null, null, categories, order.Length - categories.Length);
        }

        if (Range(real.Sorted, synthetic.Sorted) is not { } range)
            return new(name, ColumnKind.Numeric, realSummary, syntheticSummary, null, null, [], 0);
        double[] edges = Edges(range, real.Sorted, synthetic.Sorted);
        HistogramPair histogram = new(edges, Histogram.Shares(real.Sorted, edges), Histogram.Shares(synthetic.Sorted, edges));
        double[] at = [.. Enumerable.Range(0, DensityPoints).Select(i => range.From + ((range.To - range.From) * i / (DensityPoints - 1)))];
        DensityPair density = new(at, KernelDensity.At(at, real.Sorted), KernelDensity.At(at, synthetic.Sorted));
        return new(name, ColumnKind.Numeric, realSummary, syntheticSummary, histogram, density, [], 0);
    }

    /// <summary>The real range, widened to the synthetic one but by no more than half of itself to either side: synthetic values far out
    /// must not squeeze all others into one bin.</summary>
    private static (double From, double To)? Range(double[] real, double[] synthetic)
    {
        double[] any = real.Length > 0 ? real : synthetic;
        if (any.Length == 0)
            return null;
        double from = any[0], to = any[^1], slack = from < to ? (to - from) / 2 : 0.5;
        double lowest = synthetic.Length > 0 ? synthetic[0] : from, highest = synthetic.Length > 0 ? synthetic[^1] : to;
        (from, to) = (Math.Max(from - slack, Math.Min(from, lowest)), Math.Min(to + slack, Math.Max(to, highest)));
        return from < to ? (from, to) : (from - slack, to + slack);
    }

    private static double[] Edges((double From, double To) range, double[] real, double[] synthetic)
    {
        double first = Math.Floor(range.From), count = Math.Ceiling(range.To) - first + 1;
        if (count <= MostWholeBins && real.All(double.IsInteger) && synthetic.All(double.IsInteger))
            return [.. Enumerable.Range(0, (int)count + 1).Select(i => first + i - 0.5)];
        return [.. Enumerable.Range(0, Bins).Select(i => range.From + ((range.To - range.From) * i / Bins)), range.To];
    }

    private static CellSummary Summary(ColumnCells cells)
    {
        double missing = cells.Values.Length == 0 ? 0 : 1 - (cells.Sorted.Length / (double)cells.Values.Length);
        double[] sorted = cells.Sorted;
        int distinct = sorted.Length == 0 ? 0 : 1;
        for (int i = 1; i < sorted.Length; i++)
            distinct += sorted[i] == sorted[i - 1] ? 0 : 1;
        if (!cells.IsNumeric || sorted.Length == 0)
            return new(missing, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, distinct);
        return new(missing, sorted.Average(), Quantiles.StandardDeviation(sorted), sorted[0], Quantiles.Of(sorted, 0.5), sorted[^1], distinct);
    }
}
