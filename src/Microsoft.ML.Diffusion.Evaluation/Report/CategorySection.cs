using System.Xml.Linq;
using Microsoft.ML.Diffusion.Evaluation.Results;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Evaluation.Report;

/// <summary>Bars of how frequent categories are.</summary>
internal static class CategorySection
{
    private const int Shown = 12;
    private const double Left = 118;
    private const double Right = 268;

    public static IEnumerable<XElement> Build(EvaluationResult result) => ColumnPanels.Build(result, ColumnKind.Categorical, Draw);

    private static XElement? Draw(ColumnDistribution column)
    {
        CategoryFrequency[] bars = [.. column.Categories.Take(Shown)];
        if (bars.Length == 0)
            return null;
        const double Band = 25;
        int others = column.Categories.Count - bars.Length + column.OtherCategories;
        double top = bars.Max(bar => Math.Max(Share(bar.Real), Share(bar.Synthetic)));
        double scale = (Right - Left) / Math.Max(top, 1e-9);
        return Svg.Drawing(316, Band * bars.Length + (others > 0 ? 20 : 4), $"{column.Column}: how frequent categories are",
            "Shares of real and synthetic rows.",
            Svg.Line("axis", Left, 0, Left, Band * bars.Length),
            bars.Select((bar, i) => new[]
            {
                Svg.Text(Figures.Shorten(bar.Category, 18), Left - 6, Band * i + 16, "end"),
                Svg.Box("area real", Left, Band * i + 3, scale * Share(bar.Real), 9, $"{bar.Category}: {Figures.Share(bar.Real)} of real rows"),
                Svg.Box("area synthetic", Left, Band * i + 12, scale * Share(bar.Synthetic), 9,
                    $"{bar.Category}: {Figures.Share(bar.Synthetic)} of synthetic rows"),
                Svg.Text(Figures.Share(bar.Real), Left + scale * Share(bar.Real) + 4, Band * i + 11, className: "tiny"),
                Svg.Text(Figures.Share(bar.Synthetic), Left + scale * Share(bar.Synthetic) + 4, Band * i + 21, className: "tiny"),
            }),
            others > 0 ? Svg.Text($"and {Figures.Count(others)} rarer categories", Left, Band * bars.Length + 14, className: "label") : null);
    }

    private static double Share(double value) => double.IsFinite(value) ? value : 0;
}
