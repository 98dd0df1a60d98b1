using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Series.Calibration;
using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Methods.Smoother;

/// <summary>Fills series from what a smoother, and perhaps a correction of it, says of their missing cells.</summary>
internal abstract class SmoothedImputer : SeriesImputer
{
    // What a standard deviation is measured on: so many quantiles of a cell.
    private const int Quantiles = 17;

    /// <param name="model">The smoother.</param>
    /// <param name="scores">How far held-back cells lay from what was predicted.</param>
    /// <param name="statics">How many numbers hold for a whole series.</param>
    /// <param name="direction">Whether a step is predicted from what comes after.</param>
    protected SmoothedImputer(SmootherModel model, ScoreQuantiles scores, int statics, SeriesDirection direction)
        : base(model.Variables, statics, direction)
    {
        (Model, Scores) = (model, scores);
    }

    /// <inheritdoc/>
    public override bool HasUncertainty => true;

    /// <summary>The smoother.</summary>
    protected SmootherModel Model { get; }

    /// <summary>How far held-back cells lay from what was predicted.</summary>
    protected ScoreQuantiles Scores { get; }

    /// <summary>Whether the variances of missing cells change what is guessed.</summary>
    protected virtual bool NeedsVariances => false;

    private bool IsCausal => Direction == SeriesDirection.Causal;

    /// <summary>How many steps before a missing cell are looked at, beside the last two observed ones of each variable.</summary>
    internal virtual int StepsBehind => 0;

    /// <inheritdoc/>
    internal override void Impute(Data.Series series, Span<double> completed)
    {
        (SmoothedSeries smoothed, int[] missing, double[] numbers, _) = Guess(series, NeedsVariances, completed);
        Write(smoothed, missing, numbers, completed, first: 0);
    }

    /// <inheritdoc/>
    internal override void Impute(Data.Series series, Span<double> completed, Span<CellUncertainty> uncertainties, double coverage = 0.9)
    {
        (SmoothedSeries smoothed, int[] missing, double[] numbers, double[] deviations) = Guess(series, needsVariances: true, completed);
        WriteSure(smoothed, missing, numbers, deviations, completed, uncertainties, coverage, first: 0);
    }

    /// <inheritdoc/>
    internal override void Draw(Data.Series series, Span<double> completed, ulong seed, ulong seriesId, int draw = 0) =>
        Draw(Guess(series, needsVariances: true, completed), series, completed, Random(seed, seriesId, draw));

    /// <inheritdoc/>
    internal override void Draws(Data.Series series, double[][] completed, ulong seed, ulong seriesId)
    {
        if (completed.Length == 0)
            return;
        // What is expected is the same in all draws.
        var guess = Guess(series, needsVariances: true, completed[0]);
        for (int draw = 0; draw < completed.Length; draw++)
        {
            series.Cells.CopyTo(completed[draw], 0);
            Draw(guess, series, completed[draw], Random(seed, seriesId, draw));
        }
    }

    /// <inheritdoc/>
    internal override SeriesStream Begin(SeriesRequest request, double[] statics) =>
        IsCausal ? new SmoothedStream(this, Model, request, statics) : base.Begin(request, statics);

    /// <summary>Where the random numbers of a draw come from.</summary>
    internal static Philox Random(ulong seed, ulong seriesId, int draw) => new Philox(seed).Fork(seriesId).Fork((ulong)draw);

    /// <summary>The cells of a step as nearly normal numbers.</summary>
    internal void Apply(ReadOnlySpan<double> cells, Span<double> numbers)
    {
        for (int v = 0; v < cells.Length; v++)
            numbers[v] = double.IsNaN(cells[v]) ? double.NaN : Model.Transforms[v].Apply(cells[v]);
    }

    /// <summary>Whether a cell is to be filled.</summary>
    /// <param name="variable">Its variable.</param>
    /// <param name="number">Its number.</param>
    internal bool IsFilled(int variable, double number) => double.IsNaN(number) && Model.Transforms[variable].HasValues;

    /// <summary>Writes best guesses.</summary>
    /// <param name="smoothed">The series.</param>
    /// <param name="missing">Missing cells of it.</param>
    /// <param name="numbers">What is guessed of each.</param>
    /// <param name="completed">Cells of the series from <paramref name="first"/> on.</param>
    /// <param name="first">The first cell of <paramref name="completed"/>.</param>
    internal void Write(
        SmoothedSeries smoothed, ReadOnlySpan<int> missing, ReadOnlySpan<double> numbers, Span<double> completed, int first)
    {
        for (int i = 0; i < missing.Length; i++)
            completed[missing[i] - first] = Revert(smoothed, missing[i], numbers[i]);
    }

    /// <summary>Writes best guesses and how sure they are.</summary>
    internal void WriteSure(
        SmoothedSeries smoothed, ReadOnlySpan<int> missing, ReadOnlySpan<double> numbers, ReadOnlySpan<double> deviations,
        Span<double> completed, Span<CellUncertainty> uncertainties, double coverage, int first)
    {
        for (int i = 0; i < uncertainties.Length; i++)
        {
            uncertainties[i] = double.IsNaN(completed[i])
                ? CellUncertainty.Unknown
                : CellUncertainty.OfNumber(completed[i], completed[i], 0);
        }
        for (int i = 0; i < missing.Length; i++)
        {
            int cell = missing[i], variable = cell % Variables;
            double number = numbers[i], deviation = deviations[i], gap = smoothed.Neighbors.GapLength(cell);
            double At(double share) => Revert(smoothed, cell, number + deviation * Scores.At(variable, gap, share));
            double value = completed[cell - first] = Revert(smoothed, cell, number), squares = 0;
            for (int q = 0; q < Quantiles; q++)
                squares += Math.Pow(At((q + 0.5) / Quantiles) - value, 2);
            double lower = Math.Min(value, At((1 - coverage) / 2)), upper = Math.Max(value, At((1 + coverage) / 2));
            uncertainties[cell - first] = CellUncertainty.OfNumber(lower, upper, Math.Sqrt(squares / Quantiles));
        }
    }

    /// <summary>Writes a draw.</summary>
    internal void WriteDraws(
        SmoothedSeries smoothed, ReadOnlySpan<int> missing, ReadOnlySpan<double> numbers, ReadOnlySpan<double> deviations,
        ReadOnlySpan<double> residuals, Span<double> completed, int first)
    {
        for (int i = 0; i < missing.Length; i++)
        {
            // The draw's place in the smoother's distribution, put into the one that was measured.
            int cell = missing[i], variable = cell % Variables;
            double share = NormalDistribution.Cumulative(residuals[cell - first] / Math.Sqrt(smoothed.Variances[cell]));
            double score = Scores.At(variable, smoothed.Neighbors.GapLength(cell), share);
            completed[cell - first] = Revert(smoothed, cell, numbers[i] + deviations[i] * score);
        }
    }

    /// <summary>The numbers that the smoother alone says.</summary>
    public static void Means(SmoothedSeries series, ReadOnlySpan<int> cells, Span<double> numbers, Span<double> deviations)
    {
        for (int i = 0; i < cells.Length; i++)
            (numbers[i], deviations[i]) = (series.Means[cells[i]], Math.Sqrt(series.Variances[cells[i]]));
    }

    /// <summary>Predicts missing cells.</summary>
    /// <param name="series">The series.</param>
    /// <param name="cells">Missing cells.</param>
    /// <param name="numbers">Receives the number of each.</param>
    /// <param name="deviations">Receives about how far each may lie from it.</param>
    internal virtual void Guess(SmoothedSeries series, ReadOnlySpan<int> cells, Span<double> numbers, Span<double> deviations) =>
        Means(series, cells, numbers, deviations);

    private void Draw(
        (SmoothedSeries Smoothed, int[] Missing, double[] Numbers, double[] Deviations) guess, Data.Series series, Span<double> completed,
        Philox random)
    {
        double[] residuals = new double[completed.Length];
        Model.Draw(series.Times, guess.Smoothed.Cells, IsCausal, random, residuals);
        WriteDraws(guess.Smoothed, guess.Missing, guess.Numbers, guess.Deviations, residuals, completed, first: 0);
    }

    /// <summary>The value of what is guessed of a cell.</summary>
    private double Revert(SmoothedSeries smoothed, int cell, double number) =>
        Model.Transforms[cell % Variables].Revert(LoneValues.Tame(smoothed, cell, number));

    /// <summary>Copies a series, finds the cells that are to be filled, and predicts them.</summary>
    private (SmoothedSeries Smoothed, int[] Missing, double[] Numbers, double[] Deviations) Guess(
        Data.Series series, bool needsVariances, Span<double> completed)
    {
        double[] cells = Model.Apply(series.Cells);
        LoneValues.Tame(cells, Variables, IsCausal);
        SmoothedSeries smoothed = needsVariances
            ? SmoothedSeries.Of(Model, series.Times, cells, series.Statics, IsCausal)
            : SmoothedSeries.OfMeans(Model, series.Times, cells, series.Statics, IsCausal);
        series.Cells.CopyTo(completed);
        int[] missing = [.. Enumerable.Range(0, cells.Length).Where(i => IsFilled(i % Variables, cells[i]))];
        double[] numbers = new double[missing.Length], deviations = new double[missing.Length];
        Guess(smoothed, missing, numbers, deviations);
        return (smoothed, missing, numbers, deviations);
    }
}
