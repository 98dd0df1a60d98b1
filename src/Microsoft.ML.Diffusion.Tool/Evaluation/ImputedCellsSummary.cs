using System.Globalization;
using Microsoft.ML.Diffusion.Evaluation.Imputation;
using Microsoft.ML.Diffusion.Evaluation.Results;

namespace Microsoft.ML.Diffusion.Tool.Evaluation;

/// <summary>How well cells were filled in, on a screen: a line a column and one for all.</summary>
internal static class ImputedCellsSummary
{
    public static void Write(ImputedCellsResult result, TextWriter output)
    {
        int width = Math.Max(12, result.Columns.Max(column => column.Column.Length) + 2);
        string Line(string name, params string[] cells) =>
            (name.PadRight(width) + string.Concat(cells.Select(cell => cell.PadLeft(12)))).TrimEnd();
        output.WriteLine(Line("", "filled", "RMSE scaled", "MAE", "rank corr.", "log error", "accuracy", "coverage", "CRPS"));
        foreach (ImputedCellsColumn column in result.Columns)
        {
            output.WriteLine(Line(column.Column, $"{column.FilledCells}/{column.HiddenCells}", Number(column.ScaledRootMeanSquaredError),
                Number(column.MeanAbsoluteError), Number(column.RankCorrelation), Number(column.MeanAbsoluteLogError),
                Number(column.Accuracy), Number(column.IntervalCoverage), Number(column.Crps)));
        }

        output.WriteLine(Line("all, scaled", $"{result.FilledCells}/{result.HiddenCells}", Number(result.RootMeanSquaredError),
            Number(result.MeanAbsoluteError), Number(result.RankCorrelation), Number(result.MeanAbsoluteLogError),
            Number(result.Accuracy), Number(result.IntervalCoverage), Number(result.Crps)));
        foreach (UndefinedFigure figure in result.Undefined)
            output.WriteLine($"{figure.Figure} is undefined, because {figure.Reason}.");
        if (result.ChangedCells > 0)
            output.WriteLine($"{result.ChangedCells} cells that were not missing were changed.");
    }

    private static string Number(double value) => double.IsNaN(value) ? "" : value.ToString("0.####", CultureInfo.InvariantCulture);
}
