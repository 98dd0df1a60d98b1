using Microsoft.ML.Diffusion.Evaluation.Results;
using Microsoft.ML.Diffusion.Series.Imputation;

namespace Microsoft.ML.Diffusion.Evaluation.SeriesImputation;

/// <summary>Judges filled series by the true values of the cells that were hidden.</summary>
internal static class SeriesJudge
{
    /// <summary>Judges them.</summary>
    /// <param name="series">The series.</param>
    /// <param name="order">The name of the column of times.</param>
    /// <param name="cancel">Stops the work.</param>
    /// <exception cref="InvalidDataException">No cell is hidden.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public static ImputedSeriesResult Judge(ComparedSeries series, string order, CancellationToken cancel)
    {
        int variables = series.Variables.Count;
        double[] deviations = series.Deviations();
        var baselines = new SeriesBaselines(series.Holed, variables, cancel);
        var gaps = new GapBins(GapBins.UsualStep(series.Truth));
        FigureSum all = new();
        FigureSum[] ofVariable = [.. Enumerable.Range(0, variables).Select(_ => new FigureSum())];
        var curves = new CurveChoice(series, deviations);
        double[] simple = new double[SeriesBaselines.Names.Count];
        for (int group = 0; group < series.Truth.GroupCount; group++)
        {
            cancel.ThrowIfCancellationRequested();
            double[][] filled = baselines.Fill(group);
            int[] rows = series.Truth.RowsOf(group).ToArray();
            for (int v = 0; v < variables; v++)
            {
                double[] lengths = GapsOf(series, rows, v);
                for (int t = 0; t < rows.Length; t++)
                {
                    double truth = series.Truth[rows[t]][v];
                    if (double.IsNaN(truth) || !double.IsNaN(series.Holed[rows[t]][v]))
                        continue;
                    FilledCell cell = series.CellOf(rows[t], v);
                    for (int i = 0; i < simple.Length; i++)
                        simple[i] = filled[i][(t * variables) + v];
                    foreach (FigureSum sum in (ReadOnlySpan<FigureSum>)[all, ofVariable[v], gaps.Of(lengths[t])])
                        sum.Add(truth, cell, simple, deviations[v]);
                    curves.Add(v, group, t, Math.Abs(cell.Guess - truth) / deviations[v]);
                }
            }
        }

        if (all.Hidden == 0)
            throw new InvalidDataException("No cell with a true value is missing in the series with holes; nothing can be measured.");
        ImputedSeriesFigures figures = all.ToFigures();
        return new ImputedSeriesResult(
            ImputedSeriesResult.CurrentSchemaVersion,
            series.Truth.RowCount,
            series.Truth.GroupCount,
            order,
            series.Files,
            series.Changed(),
            figures,
            [.. Enumerable.Range(0, variables).Where(v => ofVariable[v].Hidden > 0)
                .Select(v => new ImputedSeriesVariable(series.Variables[v], deviations[v], ofVariable[v].ToFigures()))],
            [.. gaps.ToGaps()],
            [.. curves.Choose()],
            [.. Undefined(figures, series.Files)]);
    }

    /// <summary>How long the gap is that each step lies in.</summary>
    private static double[] GapsOf(ComparedSeries series, int[] rows, int variable)
    {
        double[] lengths = new double[rows.Length];
        double next = double.NaN, last = double.NaN;
        for (int t = rows.Length - 1; t >= 0; t--)
        {
            lengths[t] = next;
            if (!double.IsNaN(series.Holed[rows[t]][variable]))
                next = series.Holed.TimeOf(rows[t]);
        }

        for (int t = 0; t < rows.Length; t++)
        {
            double time = series.Holed.TimeOf(rows[t]);
            lengths[t] = GapLimit.Length(time, last, lengths[t]);
            if (!double.IsNaN(series.Holed[rows[t]][variable]))
                last = time;
        }

        return lengths;
    }

    private static IEnumerable<UndefinedFigure> Undefined(ImputedSeriesFigures figures, int files)
    {
        const string NoCell = "none of the hidden cells is filled in";
        (string Name, double Value, string Reason)[] all =
        [
            ("figures.meanAbsoluteError", figures.MeanAbsoluteError, NoCell),
            ("figures.rootMeanSquaredError", figures.RootMeanSquaredError, NoCell),
            ("figures.intervalCoverage", figures.IntervalCoverage, figures.FilledCells == 0 ? NoCell
                : $"there are no columns X.Lower and X.Upper beside the filled ones, nor {Imputation.ImputedColumn.FewestDraws} draws"),
            ("figures.crps", figures.Crps, files < 2 ? "it takes two draws" : NoCell),
            ("figures.baselines[]", figures.Baselines[0].MeanAbsoluteError,
                figures.FilledCells == 0 ? NoCell : "no value of the filled-in variables was observed"),
        ];
        return all.Where(figure => double.IsNaN(figure.Value)).Select(figure => new UndefinedFigure(figure.Name, figure.Reason));
    }
}
