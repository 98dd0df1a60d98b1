using System.Xml.Linq;
using Microsoft.ML.Diffusion.Evaluation.Results;
using Microsoft.ML.Diffusion.Models.Tables;
using static Microsoft.ML.Diffusion.Evaluation.Report.Html;

namespace Microsoft.ML.Diffusion.Evaluation.Report;

/// <summary>The absolute difference of the two correlation matrices (TabDDPM, figure 8), and the pairs where it is largest.</summary>
internal static class CorrelationSection
{
    private const int Shown = 12;

    public static IEnumerable<XElement> Build(CorrelationComparison correlations)
    {
        if (correlations.Columns.Count < 2)
            return [Note("It takes two columns to go together.")];
        double[][] difference = [.. correlations.AbsoluteDifference.Select(row => row.ToArray())];
        (int I, int J)[] worst = [.. Pairs(difference).OrderByDescending(pair => difference[pair.I][pair.J]).Take(Shown)];
        if (worst.Length == 0)
            return [Note("No correlation is defined: all columns but one are constant.")];
        return
        [
            Note("The absolute difference between the correlation of two columns in the real and in the synthetic rows: Pearson’s of two "
                + "numbers, the correlation ratio of a number and a category, Cramér’s V of two categories. "
                + "The stronger the colour, the larger the difference."),
            Tag("p", "Mean absolute difference of all pairs: ", Tag("strong", Html.Data(correlations.MeanAbsoluteDifference, Figures.Score)), "."),
            HeatMap.Beside(
                correlations.Columns.Count,
                HeatMap.Build(correlations.Columns, difference, "Absolute difference of correlations"),
                Table($"The largest differences of {Figures.Count(Pairs(difference).Count())} pairs",
                [WordHeading("Column"), WordHeading("and column"), Heading("real"), Heading("synthetic"), Heading("difference")],
                worst.Select(pair => Tag("tr", RowHeading(correlations.Columns[pair.I]), Words(correlations.Columns[pair.J]),
                    Figure(correlations.Real[pair.I][pair.J], Figures.Score), Figure(correlations.Synthetic[pair.I][pair.J], Figures.Score),
                    Figure(difference[pair.I][pair.J], Figures.Score))))),
        ];
    }

    /// <summary>Every pair of columns for which a matrix is defined.</summary>
    public static IEnumerable<(int I, int J)> Pairs(double[][] matrix) =>
        from i in Enumerable.Range(0, matrix.Length)
        from j in Enumerable.Range(0, i)
        where double.IsFinite(matrix[i][j])
        select (j, i);
}
