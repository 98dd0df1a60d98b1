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

    /// <inheritdoc/>
    internal override void Impute(Data.Series series, Span<double> completed)
    {
        double[] cells = Model.Apply(series.Cells);
        SmoothedSeries smoothed = Smooth(series, cells, NeedsVariances);
        int[] missing = Start(series, cells, completed);
        double[] numbers = new double[missing.Length];
        Guess(smoothed, missing, numbers);
        for (int i = 0; i < missing.Length; i++)
            completed[missing[i]] = Model.Transforms[missing[i] % Variables].Revert(numbers[i]);
    }

    /// <inheritdoc/>
    internal override void Impute(Data.Series series, Span<double> completed, Span<CellUncertainty> uncertainties, double coverage = 0.9)
    {
        double[] cells = Model.Apply(series.Cells);
        SmoothedSeries smoothed = Smooth(series, cells, needsVariances: true);
        int[] missing = Start(series, cells, completed);
        double[] numbers = new double[missing.Length];
        Guess(smoothed, missing, numbers);
        for (int i = 0; i < cells.Length; i++)
        {
            uncertainties[i] = double.IsNaN(completed[i])
                ? CellUncertainty.Unknown
                : CellUncertainty.OfNumber(completed[i], completed[i], 0);
        }
        for (int i = 0; i < missing.Length; i++)
        {
            int cell = missing[i], variable = cell % Variables;
            VariableTransform transform = Model.Transforms[variable];
            double number = numbers[i], deviation = Math.Sqrt(smoothed.Variances[cell]), distance = smoothed.Neighbors.Distance(cell);
            double At(double share) => transform.Revert(number + deviation * Scores.At(variable, distance, share));
            double value = completed[cell] = transform.Revert(number), squares = 0;
            for (int q = 0; q < Quantiles; q++)
                squares += Math.Pow(At((q + 0.5) / Quantiles) - value, 2);
            double lower = Math.Min(value, At((1 - coverage) / 2)), upper = Math.Max(value, At((1 + coverage) / 2));
            uncertainties[cell] = CellUncertainty.OfNumber(lower, upper, Math.Sqrt(squares / Quantiles));
        }
    }

    /// <inheritdoc/>
    internal override void Draw(Data.Series series, Span<double> completed, ulong seed, ulong seriesId, int draw = 0)
    {
        double[] cells = Model.Apply(series.Cells), residuals = new double[cells.Length];
        SmoothedSeries smoothed = Smooth(series, cells, needsVariances: true);
        Model.Draw(series.Times, cells, IsCausal, new Philox(seed).Fork(seriesId).Fork((ulong)draw), residuals);
        int[] missing = Start(series, cells, completed);
        double[] numbers = new double[missing.Length];
        Guess(smoothed, missing, numbers);
        for (int i = 0; i < missing.Length; i++)
        {
            // The draw's place in the smoother's distribution, put into the one that was measured.
            int cell = missing[i], variable = cell % Variables;
            double deviation = Math.Sqrt(smoothed.Variances[cell]), share = NormalDistribution.Cumulative(residuals[cell] / deviation);
            double score = Scores.At(variable, smoothed.Neighbors.Distance(cell), share);
            completed[cell] = Model.Transforms[variable].Revert(numbers[i] + deviation * score);
        }
    }

    /// <summary>The numbers that the smoother alone says.</summary>
    public static void Means(SmoothedSeries series, ReadOnlySpan<int> cells, Span<double> numbers)
    {
        for (int i = 0; i < cells.Length; i++)
            numbers[i] = series.Means[cells[i]];
    }

    /// <summary>Predicts missing cells.</summary>
    /// <param name="series">The series.</param>
    /// <param name="cells">Missing cells.</param>
    /// <param name="numbers">Receives the number of each.</param>
    protected virtual void Guess(SmoothedSeries series, ReadOnlySpan<int> cells, Span<double> numbers) => Means(series, cells, numbers);

    /// <summary>Copies the series; the cells that are to be filled.</summary>
    private int[] Start(Data.Series series, double[] cells, Span<double> completed)
    {
        series.Cells.CopyTo(completed);
        return [.. Enumerable.Range(0, cells.Length).Where(i => double.IsNaN(cells[i]) && Model.Transforms[i % Variables].HasValues)];
    }

    private SmoothedSeries Smooth(Data.Series series, double[] cells, bool needsVariances) => needsVariances
        ? SmoothedSeries.Of(Model, series.Times, cells, series.Statics, IsCausal)
        : SmoothedSeries.OfMeans(Model, series.Times, cells, series.Statics, IsCausal);
}
