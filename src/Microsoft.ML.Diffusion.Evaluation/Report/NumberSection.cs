using System.Xml.Linq;
using Microsoft.ML.Diffusion.Evaluation.Results;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Evaluation.Report;

/// <summary>Histograms and kernel density estimates of numbers (MedDiff, figure 4; TabDDPM, figure 7).</summary>
internal static class NumberSection
{
    /// <summary>A curve may rise so far above the highest bar and is cut there: a column with one frequent value has a needle for a
    /// density.</summary>
    private const double Headroom = 1.5;

    public static IEnumerable<XElement> Build(EvaluationResult result) => ColumnPanels.Build(result, ColumnKind.Numeric, Draw);

    private static XElement? Draw(ColumnDistribution column)
    {
        if (column.Histogram is not { Edges.Count: > 1 } histogram || !double.IsFinite(histogram.Edges[^1] - histogram.Edges[0]))
            return null;
        double[] real = Densities(histogram.Edges, histogram.Real);
        double[] synthetic = Densities(histogram.Edges, histogram.Synthetic);
        double top = real.Concat(synthetic).Max();
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

    private static double[] Densities(IReadOnlyList<double> edges, IReadOnlyList<double> shares) =>
        [.. shares.Select((share, i) => double.IsFinite(share) && edges[i + 1] > edges[i] ? share / (edges[i + 1] - edges[i]) : 0)];
}
