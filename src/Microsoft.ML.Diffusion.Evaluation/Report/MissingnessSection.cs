using System.Xml.Linq;
using Microsoft.ML.Diffusion.Evaluation.Results;
using Microsoft.ML.Diffusion.Models.Tables;
using static Microsoft.ML.Diffusion.Evaluation.Report.Html;

namespace Microsoft.ML.Diffusion.Evaluation.Report;

/// <summary>How much is missing of each column, and which cells are missing together.</summary>
internal static class MissingnessSection
{
    private const int DrawnColumns = 40;

    public static IEnumerable<XElement> Build(EvaluationResult result)
    {
        MissingnessComparison missingness = result.Missingness;
        if (!(missingness.RealShare > 0) && !(missingness.SyntheticShare > 0))
            return [Note("Nothing is missing, neither in the real nor in the synthetic rows.")];
        ColumnDistribution[] columns =
        [
            .. result.Columns.Where(column => column.Real.MissingShare > 0 || column.Synthetic.MissingShare > 0
                || missingness.Patterns.Any(pattern => pattern.MissingColumns.Contains(column.Column, StringComparer.Ordinal))),
        ];
        return
        [
            Note($"Of all cells {Figures.Share(missingness.RealShare)} are missing in the real rows and "
                + $"{Figures.Share(missingness.SyntheticShare)} in the synthetic ones."),
            .. Patterns(missingness, [.. columns.Select(column => column.Column)]),
            Table("Missing cells by column", [WordHeading("Column"), Heading("real"), Heading("synthetic")],
                columns.OrderByDescending(column => column.Real.MissingShare).Select(column => Tag("tr", RowHeading(column.Column),
                    Figure(column.Real.MissingShare, Figures.Share), Figure(column.Synthetic.MissingShare, Figures.Share)))),
        ];
    }

    private static IEnumerable<XElement> Patterns(MissingnessComparison missingness, string[] columns)
    {
        if (missingness.Patterns.Count == 0)
            yield break;
        string rest = missingness.OtherPatterns > 0 ? $" {Figures.Count(missingness.OtherPatterns)} rarer patterns are left out." : "";
        XElement table = Table($"Which columns are missing together, by share of rows.{rest}",
            [WordHeading("Missing"), Heading("real"), Heading("synthetic")],
            missingness.Patterns.Select(pattern => Tag("tr",
                RowHeading(pattern.MissingColumns.Count == 0 ? "nothing" : string.Join(", ", pattern.MissingColumns)),
                Figure(pattern.Real, Figures.Share), Figure(pattern.Synthetic, Figures.Share))));
        if (columns.Length > DrawnColumns)
        {
            yield return table;
            yield break;
        }

        XElement drawing = PatternDrawing.Of(columns, [.. missingness.Patterns.Select(pattern => (
            pattern.MissingColumns,
            new[] { ("real", pattern.Real), ("synthetic", pattern.Synthetic) }))]);
        yield return Tag("div.beside", Tag("figure.wide", Legend.RealAndSynthetic(), drawing), table);
    }
}
