using Microsoft.ML.Diffusion.Evaluation.Imputation;

namespace Microsoft.ML.Diffusion.Evaluation.SeriesImputation;

/// <summary>Adds up how far filled-in cells are from the truth.</summary>
internal sealed class FigureSum
{
    private readonly double[] _baselineErrors = new double[SeriesBaselines.Names.Count];
    private readonly double[] _baselineSquares = new double[SeriesBaselines.Names.Count];
    private long _hidden;
    private long _filled;
    private long _withInterval;
    private long _withDraws;
    private long _withBaselines;
    private double _errors;
    private double _squares;
    private double _held;
    private double _width;
    private double _crps;

    /// <summary>How many cells were hidden.</summary>
    public long Hidden => _hidden;

    /// <summary>Adds a hidden cell.</summary>
    /// <param name="truth">Its true value.</param>
    /// <param name="cell">What was filled in.</param>
    /// <param name="baselines">What simple methods fill in.</param>
    /// <param name="deviation">The standard deviation of its variable.</param>
    public void Add(double truth, FilledCell cell, ReadOnlySpan<double> baselines, double deviation)
    {
        _hidden++;
        if (double.IsNaN(cell.Guess))
            return;
        _filled++;
        double error = Math.Abs(cell.Guess - truth) / deviation;
        _errors += error;
        _squares += error * error;
        if (cell.Lower <= cell.Upper)
        {
            _withInterval++;
            _held += truth >= cell.Lower && truth <= cell.Upper ? 1 : 0;
            _width += (cell.Upper - cell.Lower) / deviation;
        }

        if (cell.Draws is { } draws)
        {
            _withDraws++;
            _crps += ImputedColumn.CrpsOf(truth, draws) / deviation;
        }

        // Where a variable was never observed no simple method says anything.
        if (double.IsNaN(baselines[0]))
            return;
        _withBaselines++;
        for (int i = 0; i < baselines.Length; i++)
        {
            double other = Math.Abs(baselines[i] - truth) / deviation;
            _baselineErrors[i] += other;
            _baselineSquares[i] += other * other;
        }
    }

    /// <summary>The figures.</summary>
    public ImputedSeriesFigures ToFigures() => new(
        _hidden,
        _filled,
        Mean(_errors, _filled),
        Math.Sqrt(Mean(_squares, _filled)),
        Mean(_held, _withInterval),
        Mean(_width, _withInterval),
        Mean(_crps, _withDraws),
        [.. SeriesBaselines.Names.Select((name, i) => new ImputedSeriesBaseline(
            name, Mean(_baselineErrors[i], _withBaselines), Math.Sqrt(Mean(_baselineSquares[i], _withBaselines))))]);

    private static double Mean(double sum, long count) => count == 0 ? double.NaN : sum / count;
}
