using System.Xml.Linq;
using Microsoft.ML.Diffusion.Evaluation.Results;
using Microsoft.ML.Diffusion.Models.Tables;
using static Microsoft.ML.Diffusion.Evaluation.Report.Html;

namespace Microsoft.ML.Diffusion.Evaluation.Report;

/// <summary>Each trainer's curve over the number of synthetic rows that were added to the real ones (MedDiff, figure 7).</summary>
internal static class AugmentationSection
{
    public static IEnumerable<XElement> Build(UtilityResult? utility)
    {
        AugmentationPoint[] points = [.. utility?.Augmentation ?? []];
        AugmentationPoint[] drawn = [.. points.Where(point => double.IsFinite(point.Mean) && point.Metric == utility!.MainMetric)];
        if (utility == null || drawn.Length == 0)
            return [Note("Not measured.")];
        string metric = UtilitySection.Name(drawn[0].Metric);
        IGrouping<string, AugmentationPoint>[] trainers = [.. drawn.GroupBy(point => point.Trainer, StringComparer.Ordinal)];
        double span = trainers.Max(trainer => trainer.Max(High) - trainer.Min(Low));
        return
        [
            Note("Synthetic rows are added to all real ones; the broken line is the score without any. All panels span the same number of units, so "
                + "that their slopes can be compared; bars are one standard deviation over the seeds."),
            Tag("div.panels", trainers.Select(trainer => Panel(
                trainer.Key, [.. trainer.OrderBy(point => point.AddedRows)], metric, Math.Max(span, .004) * 1.15))),
            Scores(drawn),
            .. points.Where(point => point.Metric != utility.MainMetric).GroupBy(point => point.Metric, StringComparer.Ordinal)
                .Select(other => Tag("details", Tag("summary", $"By {UtilitySection.Name(other.Key)}"), Scores([.. other]))),
        ];
    }

    private static XElement Scores(AugmentationPoint[] points)
    {
        int[] added = [.. points.Select(point => point.AddedRows).Distinct().Order()];
        return Table($"By the number of rows added: {UtilitySection.Name(points[0].Metric)}",
            [WordHeading("Trainer"), .. added.Select(rows => Heading("+ " + Figures.Count(rows)))],
            points.GroupBy(point => point.Trainer, StringComparer.Ordinal).Select(trainer => Tag("tr", RowHeading(trainer.Key),
                added.Select(rows => trainer.FirstOrDefault(point => point.AddedRows == rows) is AugmentationPoint point
                    ? Figure(point.Mean, UtilitySection.Format(point.Metric), point.StandardDeviation)
                    : Tag("td")))));
    }

    private static XElement Panel(string trainer, AugmentationPoint[] points, string metric, double span)
    {
        double centre = (points.Max(High) + points.Min(Low)) / 2;
        var plot = new Plot((48, 12, 300, 150), (0, Math.Max(points[^1].AddedRows, 1)), (centre - span / 2, centre + span / 2));
        return Tag("figure", Tag("figcaption", Tag("strong", trainer)),
            Svg.Drawing(316, 188, $"{trainer}: {metric} by rows added", "The table below has the figures.",
                plot.YAxis(), plot.XAxis("synthetic rows added", 4),
                Svg.Line("reference", 48, plot.Y(points[0].Mean), 300, plot.Y(points[0].Mean)),
                points.Select(point => Svg.Line(
                    "spread synthetic", plot.X(point.AddedRows), plot.Y(Low(point)), plot.X(point.AddedRows), plot.Y(High(point)))),
                Svg.Path("curve synthetic full", points.Select(point => (plot.X(point.AddedRows), plot.Y(point.Mean)))),
                points.Select(point => Svg.Dot("mark synthetic", plot.X(point.AddedRows), plot.Y(point.Mean), 4,
                    $"+ {Figures.Count(point.AddedRows)} rows: {Figures.Score(point.Mean)}"))));
    }

    private static double Low(AugmentationPoint point) => point.Mean - Spread(point);

    private static double High(AugmentationPoint point) => point.Mean + Spread(point);

    private static double Spread(AugmentationPoint point) => double.IsFinite(point.StandardDeviation) ? point.StandardDeviation : 0;
}
