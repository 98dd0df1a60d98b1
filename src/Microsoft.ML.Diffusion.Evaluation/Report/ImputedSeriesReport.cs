using System.Xml.Linq;
using Microsoft.ML.Diffusion.Evaluation.SeriesImputation;
using static Microsoft.ML.Diffusion.Evaluation.Report.Html;

namespace Microsoft.ML.Diffusion.Evaluation.Report;

/// <summary>Writes an <see cref="ImputedSeriesResult"/> as a page for people, with the manner of <see cref="EvaluationReport"/>.</summary>
public static class ImputedSeriesReport
{
    private const string Title = "Filled-in time series against true ones";

    /// <summary>Writes the page.</summary>
    /// <param name="result">The result.</param>
    /// <param name="writer">Where the text goes, to be encoded in UTF-8; left open.</param>
    public static void Write(ImputedSeriesResult result, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(writer);
        string files = result.Files == 1 ? "one filled file" : $"{result.Files} filled files";
        string series = result.Series == 1 ? "One series" : $"{Figures.Count(result.Series)} series";
        ImputedSeriesFigures all = result.Figures;
        ReportPage.Write(writer, Title,
            $"{Figures.Count(all.FilledCells)} of {Figures.Count(all.HiddenCells)} hidden cells "
                + $"({Figures.Share(all.FilledCells / (double)all.HiddenCells)}) are filled in; they are judged by their true values. "
                + $"{series}, {Figures.Count(result.Rows)} rows, {files}.", Sections(result), result.Origin);
    }

    /// <summary>Every drawing of the page as a file of its own, for slides and papers: on white, with its legend.</summary>
    /// <param name="result">The result.</param>
    public static IReadOnlyList<ReportDrawing> Drawings(ImputedSeriesResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return ReportDrawing.Of(Sections(result));
    }

    private static (string Id, string Heading, IEnumerable<XElement> Content)[] Sections(ImputedSeriesResult result) =>
    [
        ("pooled", "In short", Pooled(result)),
        ("gaps", "By the length of the gap", Gaps(result)),
        ("curves", "Some series", SeriesCurves.Section(result)),
        ("variables", "Every variable in figures", Variables(result)),
        ("undefined", "What is not defined", Undefined(result)),
    ];

    private static IEnumerable<XElement> Pooled(ImputedSeriesResult result)
    {
        ImputedSeriesFigures all = result.Figures;
        yield return Note("Errors are in standard deviations of each variable's true values. The simple methods filled the same cells from "
            + "the same series: mean takes the variable's mean, forward the last observed value, linear the straight line in time.");
        yield return Table("All variables together",
            [WordHeading("Filled by"), Heading("mean absolute error"), Heading("root mean squared error")],
            [
                Tag("tr", RowHeading("this file"),
                    Figure(all.MeanAbsoluteError, Figures.Score), Figure(all.RootMeanSquaredError, Figures.Score)),
                .. all.Baselines.Select(other => Tag("tr", RowHeading(other.Name),
                    Figure(other.MeanAbsoluteError, Figures.Score), Figure(other.RootMeanSquaredError, Figures.Score))),
            ]);
        if (double.IsFinite(all.IntervalCoverage))
        {
            yield return Note($"{Figures.Share(all.IntervalCoverage)} of the true values lie within their interval, which is "
                + $"{Figures.Score(all.IntervalWidth)} standard deviations wide on average.");
        }

        if (double.IsFinite(all.Crps))
            yield return Note($"The continuous ranked probability score of the draws is {Figures.Score(all.Crps)}; 0 is best.");
        if (result.ChangedCells > 0)
            yield return Note($"{Figures.Count(result.ChangedCells)} cells that were not missing have another value in a filled file.");
    }

    private static IEnumerable<XElement> Gaps(ImputedSeriesResult result)
    {
        yield return Note($"A gap is as long as the time between the observed values before and after it, in units of {result.Order} "
            + "(hours for dates); at an end of a series a cell is as far as it is from the nearest observed value.");
        if (result.Gaps.Count > 1)
            yield return GapDrawing.Figure(result);
        yield return Table("Length of the gap",
            [WordHeading("Length"), .. Headings()],
            result.Gaps.Select(gap => Tag("tr", [RowHeading(GapDrawing.Name(gap)), .. Cells(gap.Figures)])));
    }

    private static IEnumerable<XElement> Variables(ImputedSeriesResult result)
    {
        yield return Table("Variables",
            [WordHeading("Variable"), .. Headings(), Heading("standard deviation")],
            result.Variables.Select(variable => Tag("tr",
                [RowHeading(variable.Variable), .. Cells(variable.Figures), Figure(variable.StandardDeviation, Figures.Value)])));
    }

    private static XElement[] Headings() =>
    [
        Heading("hidden"), Heading("filled"), Heading("MAE"), Heading("RMSE"),
        .. SeriesBaselines.Names.Select(name => Heading($"MAE, {name}")), Heading("coverage"), Heading("width"),
    ];

    private static XElement[] Cells(ImputedSeriesFigures figures) =>
    [
        Figure(figures.HiddenCells, Figures.Count), Figure(figures.FilledCells, Figures.Count),
        Figure(figures.MeanAbsoluteError, Figures.Score), Figure(figures.RootMeanSquaredError, Figures.Score),
        .. figures.Baselines.Select(other => Figure(other.MeanAbsoluteError, Figures.Score)),
        Figure(figures.IntervalCoverage, Figures.Score), Figure(figures.IntervalWidth, Figures.Score),
    ];

    private static IEnumerable<XElement> Undefined(ImputedSeriesResult result) => result.Undefined.Count == 0
        ? [Note("Every figure is defined.")]
        : result.Undefined.Select(figure => Note($"{figure.Figure}, because {figure.Reason}."));
}
