using System.Xml.Linq;
using Microsoft.ML.Diffusion.Evaluation.Results;
using Microsoft.ML.Diffusion.Models.Tables;
using static Microsoft.ML.Diffusion.Evaluation.Report.Html;

namespace Microsoft.ML.Diffusion.Evaluation.Report;

/// <summary>A table of the columns' scores and summaries.</summary>
internal static class ColumnSection
{
    private static readonly (string Name, Func<double, string> Format, Func<CellSummary, double> Value)[] s_summaries =
    [
        ("mean", Figures.Value, cells => cells.Mean),
        ("standard deviation", Figures.Value, cells => cells.StandardDeviation),
        ("median", Figures.Value, cells => cells.Median),
        ("distinct", Figures.Count, cells => cells.Distinct),
    ];

    public static IEnumerable<XElement> Build(EvaluationResult result)
    {
        Dictionary<string, ColumnShape> shapes = ColumnPanels.ShapesOf(result);
        yield return Note("The score is 1 minus the Kolmogorov-Smirnov statistic for numbers (KS complement) and 1 minus the total variation "
            + "distance for categories (TV complement). Coverage: the share of the real range, or of the real categories, that occurs. "
            + "Rare: categories that at most 1 % of the real rows have, those that occur and all.");
        yield return Table("Columns, the least alike first",
            [
                WordHeading("Column"), Heading("score"), Heading("coverage"), Heading("rare"),
                .. s_summaries.SelectMany(summary => new[] { Heading("real"), Heading("synthetic") }),
            ],
            ColumnPanels.InOrder(result).Select(column =>
            {
                ColumnShape? shape = shapes.GetValueOrDefault(column.Column);
                return Tag("tr", RowHeading(column.Column),
                    Figure(shape?.Score ?? double.NaN, Figures.Score),
                    Figure(shape?.Coverage ?? double.NaN, Figures.Share),
                    Tag("td.number", shape?.RareCategories > 0 ? $"{shape.RareCategoriesFound} of {shape.RareCategories}" : ""),
                    s_summaries.Select(summary => Pair(summary.Value(column.Real), summary.Value(column.Synthetic), summary.Format)));
            }),
            [
                Tag("td", ("colspan", "4")),
                .. s_summaries.Select(summary => Tag("th.number", ("scope", "colgroup"), ("colspan", "2"), summary.Name)),
            ]);
    }

    private static XElement[] Pair(double real, double synthetic, Func<double, string> format) =>
        double.IsFinite(real) || double.IsFinite(synthetic) ? [Figure(real, format), Figure(synthetic, format)] : [Tag("td"), Tag("td")];
}
