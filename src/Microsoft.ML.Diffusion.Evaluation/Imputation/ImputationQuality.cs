using Microsoft.ML.Diffusion.Core.Threading;
using Microsoft.ML.Diffusion.Evaluation.Fidelity;
using Microsoft.ML.Diffusion.Models.Amputation;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods.ChainedRidge;
using Microsoft.ML.Diffusion.Models.Methods.ExtraTrees;
using Microsoft.ML.Diffusion.Models.Methods.Gaussian;
using Microsoft.ML.Diffusion.Models.Methods.MeanMode;
using Microsoft.ML.Diffusion.Models.Methods.MissForest;
using Microsoft.ML.Diffusion.Models.Methods.NearestNeighbors;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Evaluation.Imputation;

/// <summary>Measures imputers on cells that were held back: <see cref="Amputer.Ampute"/> hides them.</summary>
public static class ImputationQuality
{
    // Quantiles of as many draws are an imputer's interval where it has none of its own.
    private const int Draws = 40;

    /// <summary>Measures one imputer.</summary>
    /// <param name="name">What to call it.</param>
    /// <param name="truth">The table before cells were hidden.</param>
    /// <param name="holed">The same rows after it. Cells that are missing here and not there are judged.</param>
    /// <param name="imputer">Fitted on the columns; intervals are those of an imputer that
    /// <see cref="TableImputer.IsCalibrated">is calibrated</see>, else quantiles of 40 draws.</param>
    /// <param name="coverage">The share of intervals that are meant to hold the true number, above 0 and below 1.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <param name="cancel">Stops the work within a second.</param>
    /// <exception cref="ArgumentException">The tables differ in columns or rows, or the imputer has other columns.</exception>
    /// <exception cref="InvalidDataException">The table has no rows, a number is infinite, or no cell is hidden.</exception>
    public static ImputationQualityResult Measure(
        string name, Table truth, Table holed, TableImputer imputer, double coverage = 0.9, ulong seed = 0, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(imputer);
        ComparedTables.Require(truth, holed);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(coverage);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(coverage, 1);
        if (truth.RowCount != holed.RowCount)
            throw new ArgumentException($"The tables have {truth.RowCount} and {holed.RowCount} rows; the same rows were expected.", nameof(holed));
        Table guessed = imputer.Impute(holed, cancel: cancel), drawn = imputer.Impute(holed, ImputationMode.Draw, seed, cancel: cancel);
        (double[] Lower, double[] Upper)[] intervals = Intervals(imputer, holed, coverage, seed, cancel);

        List<ImputedColumnQuality> columns = [];
        double squares = 0, right = 0, numbers = 0, categories = 0, held = 0;
        for (int column = 0; column < truth.Columns.Count; column++)
        {
            int[] rows = Hidden(truth, holed, guessed, column);
            if (rows.Length == 0)
                continue;
            ImputedColumnQuality quality = Of(truth, guessed, drawn, column, rows, intervals[column]);
            columns.Add(quality);
            if (truth.Columns[column].Kind == ColumnKind.Categorical)
            {
                right += quality.Accuracy * rows.Length;
                categories += rows.Length;
                continue;
            }

            ColumnSummary known = ColumnSummary.Of(truth, column);
            double range = known.Maximum > known.Minimum ? known.Maximum - known.Minimum : 1;
            squares += quality.RootMeanSquaredError * quality.RootMeanSquaredError / (range * range) * rows.Length;
            held += quality.IntervalCoverage * rows.Length;
            numbers += rows.Length;
        }

        if (columns.Count == 0)
            throw new InvalidDataException("No cell with a true value was hidden and filled in; nothing can be measured.");
        return new(
            name,
            numbers > 0 ? Math.Sqrt(squares / numbers) : double.NaN,
            categories > 0 ? right / categories : double.NaN,
            columns.Average(quality => quality.GuessDistance),
            columns.Average(quality => quality.DrawDistance),
            coverage,
            numbers > 0 ? held / numbers : double.NaN,
            columns);
    }

    /// <summary>Measures an imputer and every baseline, each fitted on the table with the holes.</summary>
    /// <param name="truth">The table before cells were hidden.</param>
    /// <param name="holed">The same rows after it.</param>
    /// <param name="model">The imputer to hold against them; fitted on <paramref name="holed"/>, so that all know the same.</param>
    /// <param name="coverage">The share of intervals that are meant to hold the true number, above 0 and below 1.</param>
    /// <param name="seed">Seed of fits and draws.</param>
    /// <param name="cancel">Stops the work within a second.</param>
    /// <returns>The model first, under the name "model".</returns>
    /// <exception cref="ArgumentException">The tables differ in columns or rows, or the imputer has other columns.</exception>
    /// <exception cref="InvalidDataException">The table has no rows, a number is infinite, or no cell is hidden.</exception>
    public static IReadOnlyList<ImputationQualityResult> MeasureWithBaselines(
        Table truth, Table holed, TableImputer model, double coverage = 0.9, ulong seed = 0, CancellationToken cancel = default)
    {
        (string Name, Func<TableImputer> Fit)[] imputers =
        [
            ("model", () => model),
            ("mean/mode", () => Baseline(new MeanModeOptions())),
            ("nearest neighbours", () => Baseline(new NearestNeighborsOptions())),
            ("Gaussian", () => Baseline(new GaussianOptions())),
            ("chained ridge", () => Baseline(new ChainedRidgeOptions())),
            ("extra trees", () => Baseline(new ExtraTreesOptions())),
            ("chained forests", () => Baseline(new MissForestOptions())),
        ];
        return [.. imputers.Select(imputer => Measure(imputer.Name, truth, holed, imputer.Fit(), coverage, seed, cancel))];

        TableImputer Baseline(ImputerOptions options)
        {
            options.Seed = seed;
            return TableImputer.Train(holed, options, progress: null, cancel);
        }
    }

    private static int[] Hidden(Table truth, Table holed, Table guessed, int column) =>
        [.. Enumerable.Range(0, truth.RowCount).Where(row => truth.Columns[column].Holds(truth[row, column])
            && !truth.Columns[column].Holds(holed[row, column]) && !double.IsNaN(guessed[row, column]))];

    private static ImputedColumnQuality Of(Table truth, Table guessed, Table drawn, int column, int[] rows,
        (double[] Lower, double[] Upper) intervals)
    {
        string name = truth.Columns[column].Name;
        double[] expected = [.. rows.Select(row => truth[row, column])], guesses = [.. rows.Select(row => guessed[row, column])], draws =
            [.. rows.Select(row => drawn[row, column])];
        if (truth.Columns[column].Kind == ColumnKind.Categorical)
        {
            double accuracy = expected.Zip(guesses, (x, y) => x == y ? 1.0 : 0).Average();
            return new(name, rows.Length, double.NaN, double.NaN, accuracy, TotalVariation(expected, guesses), TotalVariation(expected, draws),
                double.NaN, double.NaN);
        }

        double squared = expected.Zip(guesses, (x, y) => (x - y) * (x - y)).Average(), absolute =
            expected.Zip(guesses, (x, y) => Math.Abs(x - y)).Average();
        double held = rows.Average(row => truth[row, column] >= intervals.Lower[row] && truth[row, column] <= intervals.Upper[row] ? 1 : 0);
        double width = rows.Average(row => intervals.Upper[row] - intervals.Lower[row]);
        double[] sorted = [.. expected.Order()];
        double Distance(double[] values) => 1 - ShapeScore.KolmogorovSmirnovComplement(sorted, [.. values.Order()]);
        return new(name, rows.Length, Math.Sqrt(squared), absolute, double.NaN, Distance(guesses), Distance(draws), held, width);
    }

    private static double TotalVariation(double[] expected, double[] found) =>
        expected.Concat(found).Distinct().Sum(code => Math.Abs(expected.Count(value => value == code) - found.Count(value =>
            value == code))) / (2.0 * expected.Length);

    /// <summary>For every column the ends of each row's interval.</summary>
    private static (double[] Lower, double[] Upper)[] Intervals(TableImputer imputer, Table holed, double coverage, ulong seed,
        CancellationToken cancel)
    {
        (double[] Lower, double[] Upper)[] intervals = [.. holed.Columns.Select(_ => (new double[holed.RowCount], new double[holed.RowCount]))];
        ParallelLoop.Run(holed.RowCount, row =>
        {
            ReadOnlySpan<double> cells = holed.Row(row);
            double[] completed = new double[cells.Length];
            if (imputer.IsCalibrated)
            {
                var uncertainties = new CellUncertainty[cells.Length];
                imputer.Impute(cells, completed, uncertainties, coverage);
                for (int column = 0; column < completed.Length; column++)
                    (intervals[column].Lower[row], intervals[column].Upper[row]) = (uncertainties[column].Lower, uncertainties[column].Upper);
                return;
            }

            double[][] draws = [.. completed.Select(_ => new double[Draws])];
            for (int draw = 0; draw < Draws; draw++)
            {
                imputer.Draw(cells, completed, seed, (ulong)row, draw);
                for (int column = 0; column < completed.Length; column++)
                    draws[column][draw] = completed[column];
            }

            for (int column = 0; column < completed.Length; column++)
            {
                Array.Sort(draws[column]);
                intervals[column].Lower[row] = Quantiles.Of(draws[column], (1 - coverage) / 2);
                intervals[column].Upper[row] = Quantiles.Of(draws[column], (1 + coverage) / 2);
            }
        }, cancel: cancel);
        return intervals;
    }
}
