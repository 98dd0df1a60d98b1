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
        yield return columns.Length <= DrawnColumns ? Tag("div.beside", Drawing(missingness, columns), table) : table;
    }

    private static XElement Drawing(MissingnessComparison missingness, string[] columns)
    {
        const double Size = 20, Band = 26, Top = 110, Bars = 220;
        double left = Size * columns.Length + 16;
        double scale = Bars / Math.Max(missingness.Patterns.Max(pattern => Math.Max(pattern.Real, pattern.Synthetic)), 1e-9);
        var marks = new List<XElement>();
        for (int i = 0; i < columns.Length; i++)
        {
            XElement name = Svg.Text(Figures.Shorten(columns[i], 17), 0, 0);
            name.SetAttributeValue("transform", $"translate({Svg.Number(Size * (i + .5) + 4)} {Svg.Number(Top - 6)}) rotate(-60)");
            marks.Add(name);
        }

        for (int row = 0; row < missingness.Patterns.Count; row++)
        {
            MissingnessPattern pattern = missingness.Patterns[row];
            double y = Top + Band * row;
            for (int i = 0; i < columns.Length; i++)
                marks.Add(Svg.Box(pattern.MissingColumns.Contains(columns[i], StringComparer.Ordinal) ? "missing" : "present",
                    Size * i, y + 3, Size - 2, Band - 6));
            marks.Add(Svg.Box("area real", left, y + 3, scale * pattern.Real, 9));
            marks.Add(Svg.Box("area synthetic", left, y + 13, scale * pattern.Synthetic, 9));
            marks.Add(Svg.Text(Figures.Share(pattern.Real), left + scale * pattern.Real + 4, y + 11, className: "tiny"));
            marks.Add(Svg.Text(Figures.Share(pattern.Synthetic), left + scale * pattern.Synthetic + 4, y + 22, className: "tiny"));
        }

        return Tag("figure.wide", Legend.RealAndSynthetic(),
            Svg.Drawing(Math.Max(left + Bars + 60, 360), Top + Band * missingness.Patterns.Count + 4, "Patterns of missing cells",
                "One line for each pattern: dark cells are missing; bars are the shares of rows. The table below has the figures.", marks));
    }
}
