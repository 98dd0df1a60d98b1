using System.Xml.Linq;
using Microsoft.ML.Diffusion.Evaluation.Results;
using Microsoft.ML.Diffusion.Models.Tables;
using static Microsoft.ML.Diffusion.Evaluation.Report.Html;

namespace Microsoft.ML.Diffusion.Evaluation.Report;

/// <summary>Dimension-wise probability: one dot for each column of two values (MedDiff, figure 3).</summary>
internal static class DimensionSection
{
    private const int Named = 5;
    private const int Shown = 15;

    public static IEnumerable<XElement> Build(FidelityResult fidelity)
    {
        DimensionProbability[] columns =
        [
            .. fidelity.DimensionProbabilities.Where(column => double.IsFinite(column.Real) && double.IsFinite(column.Synthetic))
                .OrderByDescending(column => Math.Abs(column.Real - column.Synthetic)),
        ];
        if (columns.Length == 0)
            return [Note("The table has none.")];
        double top = Math.Min(1, columns.Max(column => Math.Max(column.Real, column.Synthetic)) * 1.08 + .005);
        var plot = new Plot((64, 14, 424, 374), (0, top), (0, top));
        bool isLabelled = columns.Length > 1;
        return
        [
            Note("How frequent the rarer value is, or 1 in a column of zeros and ones. On the line both are equally frequent. "
                + (double.IsFinite(fidelity.Scores.DimensionCorrelation)
                    ? $"Correlation rho = {Figures.Score(fidelity.Scores.DimensionCorrelation)}, summed absolute error "
                        + $"{Figures.Score(fidelity.Scores.DimensionAbsoluteError)}."
                    : "")),
            Tag("div.beside", Tag("figure.wide", Svg.Drawing(520, 412, "Probability in the real and in the synthetic rows",
                "One dot for each column; the table below has those furthest off.",
                plot.YAxis("in the synthetic rows", 5), plot.XAxis("in the real rows"),
                Svg.Line("reference", plot.X(0), plot.Y(0), plot.X(top), plot.Y(top)),
                columns.Reverse().Select(column => Svg.Dot(
                    "mark synthetic", plot.X(column.Real), plot.Y(column.Synthetic), columns.Length > 60 ? 3.5 : 5,
                    $"{column.Column} = {column.Value}: {Figures.Share(column.Real)} real, {Figures.Share(column.Synthetic)} synthetic")),
                isLabelled ? columns.Take(Named).Select(column =>
                    Label(column, plot)) : null)),
                Table(
                columns.Length > Shown ? $"The {Shown} of {columns.Length} columns that are furthest off"
                    : "Columns of two values, those furthest off first",
                [WordHeading("Column"), WordHeading("value"), Heading("real"), Heading("synthetic")],
                columns.Take(Shown).Select(column => Tag("tr", RowHeading(column.Column), Words(column.Value),
                    Figure(column.Real, Figures.Share), Figure(column.Synthetic, Figures.Share))))),
        ];
    }

    /// <summary>On the side of the dot that is away from the line.</summary>
    private static XElement Label(DimensionProbability column, Plot plot)
    {
        bool isAbove = column.Synthetic > column.Real && column.Real > column.Synthetic / 4;
        (double distance, string anchor) = isAbove ? (-8, "end") : (8, "start");
        return Svg.Text(Figures.Shorten(column.Column, 22), plot.X(column.Real) + distance, plot.Y(column.Synthetic) + 4, anchor);
    }
}
