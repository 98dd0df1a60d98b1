using System.Xml.Linq;
using Microsoft.ML.Diffusion.Evaluation.Imputation;
using Microsoft.ML.Diffusion.Models.Tables;
using static Microsoft.ML.Diffusion.Evaluation.Report.Html;

namespace Microsoft.ML.Diffusion.Evaluation.Report;

/// <summary>Writes an <see cref="ImputedCellsResult"/> as a page for people, with the manner of <see cref="EvaluationReport"/>.</summary>
public static class ImputedCellsReport
{
    private const int Shown = 12;
    private const string Title = "Filled-in cells against true ones";

    /// <summary>Writes the page.</summary>
    /// <param name="result">The result.</param>
    /// <param name="writer">Where the text goes, to be encoded in UTF-8; left open.</param>
    public static void Write(ImputedCellsResult result, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(writer);
        string files = result.Files == 1 ? "one filled file" : $"{result.Files} filled files";
        ReportPage.Write(writer, Title,
            $"{Figures.Count(result.FilledCells)} of {Figures.Count(result.HiddenCells)} hidden cells "
                + $"({Figures.Share(result.FilledShare)}) are filled in; they are judged by their true values. "
                + $"{Figures.Count(result.Rows)} rows, {files}.",
            Sections(result), result.Origin);
    }

    /// <summary>Every drawing of the page as a file of its own, for slides and papers: on white, with its legend.</summary>
    /// <param name="result">The result.</param>
    public static IReadOnlyList<ReportDrawing> Drawings(ImputedCellsResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return ReportDrawing.Of(Sections(result));
    }

    private static (string Id, string Heading, IEnumerable<XElement> Content)[] Sections(ImputedCellsResult result) =>
    [
        ("pooled", "In short", Pooled(result)),
        ("columns", "Every column in figures", [Columns(result)]),
        ("distributions", "Observed and imputed values", Distributions(result)),
        ("undefined", "What is not defined", Undefined(result)),
    ];

    private static IEnumerable<XElement> Pooled(ImputedCellsResult result)
    {
        yield return Note("Errors of numbers are scaled by the minimum and maximum of each column's true values. CRPS judges all draws "
            + "of a cell; the interval holds the middle 90 % of them. The log error is the mean distance of natural logarithms, of columns "
            + "above 0 that span two powers of ten: 0.1 is about a tenth of the number.");
        yield return Table("All columns together", [WordHeading("Figure"), Heading("value"), Heading("best")],
            [
                Row("Root mean squared error, scaled", result.RootMeanSquaredError, "0"),
                Row("Mean absolute error, scaled", result.MeanAbsoluteError, "0"),
                Row("Rank correlation of numbers", result.RankCorrelation, "1"),
                Row("Log error of numbers", result.MeanAbsoluteLogError, "0"),
                Row("Accuracy of categories", result.Accuracy, "1"),
                Row("Share of intervals that hold the truth", result.IntervalCoverage, "0.9"),
                Row("CRPS, scaled", result.Crps, "0"),
            ]);
        if (result.ChangedCells > 0)
            yield return Note($"{Figures.Count(result.ChangedCells)} cells that were not missing have another value in a filled file.");
    }

    private static XElement Row(string name, double value, string best) =>
        Tag("tr", RowHeading(name), Figure(value, Figures.Score), Tag("td.number", best));

    private static XElement Columns(ImputedCellsResult result) => Table("Columns",
        [
            WordHeading("Column"), Heading("hidden"), Heading("filled"), Heading("RMSE, scaled"), Heading("RMSE"), Heading("MAE"),
            Heading("rank correlation"), Heading("log error"), Heading("accuracy"), Heading("coverage"), Heading("CRPS"),
        ],
        result.Columns.Select(column => Tag("tr", RowHeading(column.Column),
            Figure(column.HiddenCells, Figures.Count), Figure(column.FilledCells, Figures.Count),
            Figure(column.ScaledRootMeanSquaredError, Figures.Score), Figure(column.RootMeanSquaredError, Figures.Value),
            Figure(column.MeanAbsoluteError, Figures.Value), Figure(column.RankCorrelation, Figures.Score),
            Figure(column.MeanAbsoluteLogError, Figures.Score),
            Figure(column.Accuracy, Figures.Score), Figure(column.IntervalCoverage, Figures.Score), Figure(column.Crps, Figures.Value))));

    private static IEnumerable<XElement> Distributions(ImputedCellsResult result)
    {
        yield return Note("Imputed values need not look like observed ones: where large values are missing more often, imputed ones "
            + "are larger. They should look like the true values of the same cells.");
        yield return Legend.Of(("real", "observed"), ("synthetic", "imputed"), ("both none", "true values of the imputed cells"));
        yield return Tag("div.panels", result.Columns.Select(column => Tag("figure", Tag("figcaption", Tag("strong", column.Column)),
            Drawing(column) ?? Note("There are no values to draw."))));
    }

    private static XElement? Drawing(ImputedCellsColumn column) =>
        column.Categories.Count > 0 ? Bars(column)
            : column.Densities is { } densities ? Curves(column.Column, densities) : null;

    private static XElement Curves(string name, ImputedDensities densities)
    {
        double top = densities.Observed.Concat(densities.Imputed).Concat(densities.Hidden).Where(double.IsFinite).DefaultIfEmpty(0).Max();
        var plot = new Plot((10, 8, 306, 128), (densities.At[0], densities.At[^1]), (0, top * 1.03));
        return Svg.Drawing(316, 150, $"{name}: observed and imputed density", "Kernel densities; the JSON has the figures.",
            plot.Curve("curve real", densities.At, densities.Observed),
            plot.Curve("curve both", densities.At, densities.Hidden),
            plot.Curve("curve synthetic", densities.At, densities.Imputed),
            plot.XAxis());
    }

    private static XElement Bars(ImputedCellsColumn column)
    {
        const double Band = 34, Left = 118, Right = 268;
        ImputedFrequency[] bars = [.. column.Categories.Take(Shown)];
        double scale = (Right - Left) / Math.Max(bars.Max(bar => Math.Max(bar.Observed, Math.Max(bar.Imputed, bar.Hidden))), 1e-9);
        return Svg.Drawing(316, (Band * bars.Length) + 4, $"{column.Column}: how frequent values are",
            "Shares of observed, imputed and true cells.",
            Svg.Line("axis", Left, 0, Left, Band * bars.Length),
            bars.Select((bar, i) => new[]
            {
                Svg.Text(Figures.Shorten(bar.Category, 18), Left - 6, (Band * i) + 20, "end"),
                Svg.Box("area real", Left, (Band * i) + 3, scale * bar.Observed, 9,
                    $"{bar.Category}: {Figures.Share(bar.Observed)} of observed cells"),
                Svg.Box("area synthetic", Left, (Band * i) + 12, scale * bar.Imputed, 9,
                    $"{bar.Category}: {Figures.Share(bar.Imputed)} of imputed cells"),
                Svg.Box("area both", Left, (Band * i) + 21, scale * bar.Hidden, 9,
                    $"{bar.Category}: {Figures.Share(bar.Hidden)} of the true values"),
            }));
    }

    private static IEnumerable<XElement> Undefined(ImputedCellsResult result) => result.Undefined.Count == 0
        ? [Note("Every figure is defined.")]
        : result.Undefined.Select(figure => Note($"{figure.Figure}, because {figure.Reason}."));
}
