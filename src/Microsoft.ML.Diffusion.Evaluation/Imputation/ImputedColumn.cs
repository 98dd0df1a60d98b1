using System.Globalization;
using Microsoft.ML.Diffusion.Evaluation.Fidelity;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Evaluation.Imputation;

/// <summary>The hidden cells of one column: their true values and what was filled in.</summary>
internal sealed class ImputedColumn
{
    /// <summary>Quantiles of fewer draws than these are no interval.</summary>
    public const int FewestDraws = 10;

    private const double Coverage = 0.9;
    private const double LeastRatio = 100;
    private const int MostCategories = 30;
    private const int MostValues = 12;
    private const int DensityPoints = 160;

    private readonly TableColumn _column;
    private readonly double[] _observed;
    private readonly double[] _truth;
    private readonly double[][] _draws;

    public ImputedColumn(Table truth, Table holed, IReadOnlyList<Table> filled, int index)
    {
        _column = truth.Columns[index];
        int[] rows = [.. Enumerable.Range(0, truth.RowCount)];
        int[] hidden = [.. rows.Where(row => double.IsNaN(holed[row, index]) && !double.IsNaN(truth[row, index]))];
        int[] judged = [.. hidden.Where(row => filled.All(table => !double.IsNaN(table[row, index])))];
        Hidden = hidden.Length;
        _observed = [.. rows.Select(row => holed[row, index]).Where(value => !double.IsNaN(value)).Order()];
        _truth = [.. judged.Select(row => truth[row, index])];
        _draws = [.. judged.Select(row => filled.Select(table => table[row, index]).Order().ToArray())];
        ColumnSummary known = ColumnSummary.Of(truth, index);
        HasLogarithms = known.Minimum > 0 && known.Maximum / known.Minimum >= LeastRatio;
        Range = known.Maximum > known.Minimum ? known.Maximum - known.Minimum : 1;
    }

    /// <summary>How many cells were hidden.</summary>
    public int Hidden { get; }

    /// <summary>By which numbers are scaled: maximum minus minimum of the true values, 1 for a constant.</summary>
    public double Range { get; }

    /// <summary>Whether errors of logarithms say something: the true values are all above 0 and span two powers of ten.</summary>
    public bool HasLogarithms { get; }

    public ImputedCellsColumn Judge()
    {
        ImputedCellsColumn empty = new(_column.Name, _column.Kind, Hidden, _truth.Length,
            double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, null, []);
        return _truth.Length == 0 ? empty : _column.Kind == ColumnKind.Categorical ? JudgeCategories(empty) : JudgeNumbers(empty);
    }

    private ImputedCellsColumn JudgeCategories(ImputedCellsColumn empty)
    {
        double[] guesses = [.. _draws.Select(draws => draws.GroupBy(code => code).OrderByDescending(group => group.Count()).First().Key)];
        double[] all = [.. _draws.SelectMany(draws => draws)];
        int[] frequent = [.. Enumerable.Range(0, _column.Categories.Count)
            .OrderByDescending(code => _observed.Count(value => value == code))];
        return empty with
        {
            Accuracy = _truth.Zip(guesses, (x, y) => x == y ? 1.0 : 0).Average(),
            Categories = [.. frequent.Take(MostCategories).Select(code =>
                new ImputedFrequency(_column.Categories[code], ShareOf(_observed, code), ShareOf(all, code), ShareOf(_truth, code)))],
        };
    }

    private ImputedCellsColumn JudgeNumbers(ImputedCellsColumn empty)
    {
        double[] guesses = [.. _draws.Select(draws => draws.Average())];
        double error = Math.Sqrt(_truth.Zip(guesses, (x, y) => (x - y) * (x - y)).Average());
        int files = _draws[0].Length;
        return empty with
        {
            ScaledRootMeanSquaredError = error / Range,
            RootMeanSquaredError = error,
            MeanAbsoluteError = _truth.Zip(guesses, (x, y) => Math.Abs(x - y)).Average(),
            RankCorrelation = Association.Pearson(Ranks(_truth), Ranks(guesses)),
            MeanAbsoluteLogError = HasLogarithms && Array.TrueForAll(guesses, guess => guess > 0)
                ? _truth.Zip(guesses, (x, y) => Math.Abs(Math.Log(x) - Math.Log(y))).Average()
                : double.NaN,
            IntervalCoverage = files < FewestDraws ? double.NaN : _truth.Zip(_draws, IsHeld).Average(),
            Crps = files < 2 ? double.NaN : _truth.Zip(_draws, CrpsOf).Average(),
            Densities = Densities(),
            Categories = FewValues(),
        };
    }

    // Whole numbers of which there are few are counted one by one: a density would spread them.
    private ImputedFrequency[] FewValues()
    {
        double[] imputed = [.. _draws.SelectMany(draws => draws)];
        double[] values = [.. _observed.Concat(imputed).Concat(_truth).Distinct().Order().Take(MostValues + 1)];
        return values.Length > MostValues || !Array.TrueForAll(values, double.IsInteger) ? []
            : [.. values.Select(value => new ImputedFrequency(
                value.ToString(CultureInfo.InvariantCulture), ShareOf(_observed, value), ShareOf(imputed, value), ShareOf(_truth, value)))];
    }

    private static double IsHeld(double truth, double[] draws) =>
        truth >= Quantiles.Of(draws, (1 - Coverage) / 2) && truth <= Quantiles.Of(draws, (1 + Coverage) / 2) ? 1 : 0;

    /// <summary>Mean distance of draws to the truth minus half the mean distance of two different draws, which needs no correction for few
    /// draws (Ferro 2014).</summary>
    /// <param name="truth">The true value.</param>
    /// <param name="draws">At least two draws, ascending.</param>
    public static double CrpsOf(double truth, double[] draws)
    {
        double pairs = 0;
        for (int i = 0; i < draws.Length; i++)
            pairs += ((2 * i) - draws.Length + 1) * draws[i];
        return draws.Average(draw => Math.Abs(draw - truth)) - (pairs / draws.Length / (draws.Length - 1));
    }

    private ImputedDensities? Densities()
    {
        double[] imputed = [.. _draws.SelectMany(draws => draws).Order()], hidden = [.. _truth.Order()];
        double[] all = [.. _observed.Concat(imputed).Concat(hidden)];
        (double low, double high) = (all.Min(), all.Max());
        if (!(low < high))
            return null;
        double[] at = [.. Enumerable.Range(0, DensityPoints).Select(i => low + ((high - low) * i / (DensityPoints - 1)))];
        return new(at, KernelDensity.At(at, _observed), KernelDensity.At(at, imputed), KernelDensity.At(at, hidden));
    }

    private static double ShareOf(double[] values, double wanted) =>
        values.Length == 0 ? 0 : values.Count(value => value == wanted) / (double)values.Length;

    /// <summary>Ranks from 0, the mean rank for equal values.</summary>
    private static double[] Ranks(double[] values)
    {
        int[] order = [.. Enumerable.Range(0, values.Length).OrderBy(i => values[i])];
        double[] ranks = new double[values.Length];
        for (int start = 0, end; start < order.Length; start = end)
        {
            for (end = start; end < order.Length && values[order[end]] == values[order[start]]; end++)
            {
            }

            for (int i = start; i < end; i++)
                ranks[order[i]] = (start + end - 1) / 2.0;
        }

        return ranks;
    }
}
