using System.Xml.Linq;
using Microsoft.ML.Diffusion.Evaluation.Results;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Evaluation.Report;

/// <summary>Histograms and kernel density estimates of numbers (MedDiff, figure 4; TabDDPM, figure 7); of a few whole numbers, such as a
/// label of 0 and 1, a bar a value, since a curve says nothing about them.</summary>
internal static class NumberSection
{
    /// <summary>A curve may rise so far above the highest bar and is cut there: a column with one frequent value has a needle for a
    /// density.</summary>
    private const double Headroom = 1.5;

    // More bars than these are a histogram.
    private const int MostBars = 40;

    public static IEnumerable<XElement> Build(EvaluationResult result) => ColumnPanels.Build(result, ColumnKind.Numeric, Draw);

    private static XElement? Draw(ColumnDistribution column)
    {
        if (column.Histogram is not { Edges.Count: > 1 } histogram || !double.IsFinite(histogram.Edges[^1] - histogram.Edges[0]))
            return null;
        double[] real = Densities(histogram.Edges, histogram.Real);
        double[] synthetic = Densities(histogram.Edges, histogram.Synthetic);
        double top = real.Concat(synthetic).Max();
        if (IsBarPerValue(histogram.Edges))
            return Bars(column, histogram, top);
        DensityPair? density = column.Density is { At.Count: > 1 } pair ? pair : null;
        if (density != null)
            top = Math.Clamp(density.Real.Concat(density.Synthetic).Where(double.IsFinite).DefaultIfEmpty(0).Max(), top, Headroom * top);
        (double low, double high) = density == null
            ? (histogram.Edges[0], histogram.Edges[^1])
            : (Math.Min(histogram.Edges[0], density.At[0]), Math.Max(histogram.Edges[^1], density.At[^1]));
        var plot = new Plot((10, 8, 306, 128), (low, high), (0, top * 1.03));
        return Svg.Drawing(316, 150, $"{column.Column}: real and synthetic density",
            $"Median {Figures.Value(column.Real.Median)} real, {Figures.Value(column.Synthetic.Median)} synthetic.",
            plot.Steps("area real", histogram.Edges, real),
            plot.Steps("area synthetic", histogram.Edges, synthetic),
            density == null ? plot.Steps("curve real", histogram.Edges, real)
                : plot.Curve("curve real", density.At, density.Real),
            density == null ? plot.Steps("curve synthetic", histogram.Edges, synthetic)
                : plot.Curve("curve synthetic", density.At, density.Synthetic),
            plot.XAxis());
    }

    // Bins of width 1 around whole numbers.
    private static bool IsBarPerValue(IReadOnlyList<double> edges) =>
        edges.Count <= MostBars + 1 && Math.Abs(edges[0] - Math.Floor(edges[0]) - 0.5) < 1e-9
        && edges.Zip(edges.Skip(1), (left, right) => right - left).All(width => Math.Abs(width - 1) < 1e-9);

    private static XElement Bars(ColumnDistribution column, HistogramPair histogram, double top)
    {
        const double HalfBand = 0.4;
        var plot = new Plot((10, 8, 306, 128), (histogram.Edges[0], histogram.Edges[^1]), (0, top * 1.03));
        XElement Bar(string kind, double from, double share, double value) => Svg.Box(
            $"area {kind}", plot.X(from), plot.Y(share), plot.X(from + HalfBand) - plot.X(from), plot.Y(0) - plot.Y(share),
            $"{Figures.Value(value)}: {Figures.Share(share)} of the {kind} rows");
        return Svg.Drawing(316, 150, $"{column.Column}: how frequent values are", "Shares of real and synthetic rows.",
            Enumerable.Range(0, histogram.Edges.Count - 1).SelectMany(i =>
            {
                double value = histogram.Edges[i] + 0.5;
                return new[]
                {
                    Bar("real", value - HalfBand, histogram.Real[i], value), Bar("synthetic", value, histogram.Synthetic[i], value),
                };
            }),
            histogram.Edges.Count <= 8
                ? plot.XAxis([.. histogram.Edges.SkipLast(1).Select(edge => edge + 0.5)],
                    [.. histogram.Edges.SkipLast(1).Select(edge => Figures.Value(edge + 0.5))])
                : plot.XAxis());
    }

    private static double[] Densities(IReadOnlyList<double> edges, IReadOnlyList<double> shares) =>
        [.. shares.Select((share, i) => double.IsFinite(share) && edges[i + 1] > edges[i] ? share / (edges[i + 1] - edges[i]) : 0)];
}
