using System.Globalization;
using Microsoft.ML.Diffusion.Evaluation.Report;
using Microsoft.ML.Diffusion.Evaluation.Results;
using Microsoft.ML.Diffusion.Evaluation.SeriesImputation;
using Microsoft.ML.Diffusion.Tool.Terminal;

namespace Microsoft.ML.Diffusion.Tool.Evaluation;

/// <summary>How well cells of series were filled in, on a screen: a line a variable, a line a length of gaps, and one for all.</summary>
internal static class ImputedSeriesSummary
{
    public static void Write(ImputedSeriesResult result, TextWriter output)
    {
        (string Name, ImputedSeriesFigures Figures)[] rows =
        [
            .. result.Variables.Select(variable => (variable.Variable, variable.Figures)),
            ("all", result.Figures),
            .. result.Gaps.Select(gap => ($"gap {GapDrawing.Name(gap)}", gap.Figures)),
        ];
        int width = Math.Max(12, rows.Max(row => row.Name.Length) + 2);
        string Line(string name, params string[] cells) =>
            (Printable.Line(name).PadRight(width) + string.Concat(cells.Select(cell => cell.PadLeft(12)))).TrimEnd();
        output.WriteLine("Errors are in standard deviations of each variable.");
        output.WriteLine(Line(
            "", ["filled", "MAE", "RMSE", .. result.Figures.Baselines.Select(other => $"MAE {other.Name}"), "coverage", "width", "CRPS"]));
        foreach ((string name, ImputedSeriesFigures figures) in rows)
        {
            output.WriteLine(Line(
                name,
                [
                    string.Create(CultureInfo.InvariantCulture, $"{figures.FilledCells}/{figures.HiddenCells}"),
                    Number(figures.MeanAbsoluteError), Number(figures.RootMeanSquaredError),
                    .. figures.Baselines.Select(other => Number(other.MeanAbsoluteError)),
                    Number(figures.IntervalCoverage), Number(figures.IntervalWidth), Number(figures.Crps),
                ]));
        }

        foreach (UndefinedFigure figure in result.Undefined)
            output.WriteLine($"{figure.Figure} is undefined, because {figure.Reason}.");
        if (result.ChangedCells > 0)
            output.WriteLine($"{result.ChangedCells} cells that were not missing were changed.");
    }

    private static string Number(double value) => double.IsNaN(value) ? "" : value.ToString("0.####", CultureInfo.InvariantCulture);
}
