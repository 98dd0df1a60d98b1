using System.Xml.Linq;
using Microsoft.ML.Diffusion.Evaluation.Results;
using Microsoft.ML.Diffusion.Models.Tables;
using static Microsoft.ML.Diffusion.Evaluation.Report.Html;

namespace Microsoft.ML.Diffusion.Evaluation.Report;

/// <summary>One small drawing a column, the least alike first; of many columns the first are shown and the others can be opened.</summary>
internal static class ColumnPanels
{
    private const int Shown = 18;

    public static IEnumerable<XElement> Build(EvaluationResult result, ColumnKind kind, Func<ColumnDistribution, XElement?> draw)
    {
        Dictionary<string, ColumnShape> shapes = ShapesOf(result);
        XElement[] figures =
        [
            .. InOrder(result).Where(column => column.Kind == kind).Select(column => Tag("figure",
                Tag("figcaption", Tag("strong", column.Column), " " + Caption(shapes.GetValueOrDefault(column.Column))),
                draw(column) ?? Note("There are no values to draw."))),
        ];
        if (figures.Length == 0)
            return [Note(kind == ColumnKind.Numeric ? "The table has no columns of numbers." : "The table has no columns of categories.")];
        XElement[] shown = figures.Length > Shown + 3 ? figures[..Shown] : figures;
        return
        [
            Note(figures.Length > 1 ? "The columns that resemble the real ones least come first." : "One column."),
            Legend.RealAndSynthetic(),
            Tag("div.panels", shown),
            .. shown.Length < figures.Length
                ? [Tag("details", Tag("summary", $"The other {figures.Length - Shown} columns"), Tag("div.panels", figures[Shown..]))]
                : Array.Empty<XElement>(),
        ];
    }

    /// <summary>Every column, the lowest score first.</summary>
    public static IEnumerable<ColumnDistribution> InOrder(EvaluationResult result)
    {
        Dictionary<string, ColumnShape> shapes = ShapesOf(result);
        return result.Columns.OrderBy(column =>
            shapes.TryGetValue(column.Column, out ColumnShape? shape) && !double.IsNaN(shape.Score) ? shape.Score : 2);
    }

    public static Dictionary<string, ColumnShape> ShapesOf(EvaluationResult result) =>
        result.Fidelity.Shapes.DistinctBy(shape => shape.Column, StringComparer.Ordinal).ToDictionary(shape => shape.Column, StringComparer.Ordinal);

    private static string Caption(ColumnShape? shape) =>
        shape == null || !double.IsFinite(shape.Score) ? ""
            : $"{(shape.Metric == "ksComplement" ? "KS" : "TV")} complement {Figures.Score(shape.Score)}";
}
