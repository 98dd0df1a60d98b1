using System.Xml.Linq;
using Microsoft.ML.Diffusion.Evaluation.Results;
using Microsoft.ML.Diffusion.Models.Tables;
using static Microsoft.ML.Diffusion.Evaluation.Report.Html;

namespace Microsoft.ML.Diffusion.Evaluation.Report;

/// <summary>The trend scores of pairs, drawn as what they lack, and the lowest.</summary>
internal static class TrendSection
{
    private const int Shown = 12;

    public static IEnumerable<XElement> Build(PairTrends trends)
    {
        double[][] lack = [.. trends.Scores.Select(row => row.Select(score => Math.Max(1 - score, 0)).ToArray())];
        (int I, int J)[] worst = [.. CorrelationSection.Pairs(lack).OrderByDescending(pair => lack[pair.I][pair.J]).Take(Shown)];
        if (worst.Length == 0)
            return [Note("No pair of columns has a trend.")];
        return
        [
            Note("Correlation similarity of two numbers, contingency similarity of any other pair (numbers in ten bins), as in SDMetrics. The "
                + "drawing shows 1 minus the score: the stronger the colour, the worse. A pair goes together where its association in the real "
                + $"rows is above {Figures.Plain(trends.CorrelationThreshold)} (two numbers) or "
                + $"{Figures.Plain(trends.AssociationThreshold)} (any other); "
                + "the newer form of the score counts these only."),
            HeatMap.Beside(
                trends.Columns.Count,
                HeatMap.Build(trends.Columns, lack, "1 minus the trend score"),
                Table($"The lowest trend scores of {Figures.Count(CorrelationSection.Pairs(lack).Count())} pairs",
                [WordHeading("Column"), WordHeading("and column"), Heading("score"), Heading("real association")],
                worst.Select(pair => Tag("tr", RowHeading(trends.Columns[pair.I]), Words(trends.Columns[pair.J]),
                    Figure(trends.Scores[pair.I][pair.J], Figures.Score), Figure(trends.RealAssociations[pair.I][pair.J], Figures.Score))))),
        ];
    }
}
