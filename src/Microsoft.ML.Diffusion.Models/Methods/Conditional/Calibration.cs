using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Methods.Conditional;

/// <summary>Turns what a blend says of a cell into an interval or a probability that holds on cells that it was not fitted on.</summary>
/// <remarks>Split conformal prediction with a normalised score (Lei et al. 2018, section 5.2): the error divided by a spread that
/// grows with the variance between members. Quantiles of the held-back cells' scores are those of new cells' scores.
/// Probabilities are raised to a power that is fitted on held-back cells (temperature scaling: Guo et al. 2017).</remarks>
internal sealed class Calibration
{
    // A column with fewer held-back cells borrows the scores of all columns; no more are kept of one that has many.
    private const int FewestScores = 60, MostScores = 500;

    private static readonly double[] s_factors = [0, 0.25, 0.5, 1, 2, 4, 8, 16];
    private static readonly double[] s_powers = [.. Enumerable.Range(0, 31).Select(i => 0.5 * Math.Pow(4, i / 30.0))];

    private readonly ColumnErrors?[] _columns;
    private readonly float[] _pooled;
    private readonly double _factor;
    private readonly double _power;

    private Calibration(ColumnErrors?[] columns, float[] pooled, double factor, double power)
    {
        _columns = columns;
        _pooled = pooled;
        _factor = factor;
        _power = power;
    }

    /// <summary>Fits on held-back cells.</summary>
    /// <param name="rows">The rows, from which the range of each number is taken.</param>
    /// <param name="heldBack">The cells.</param>
    /// <param name="predictions">[rows, slots]: the blend's predictions of their rows.</param>
    /// <param name="variances">[rows, encoded columns]: between members.</param>
    public static Calibration Fit(EncodedRows rows, HeldBackCells heldBack, float[] predictions, float[] variances)
    {
        TableEncoder encoder = rows.Encoder;
        int width = rows.Width;
        List<(double Error, double Variance)>[] errors = [.. Enumerable.Range(0, width).Select(_ => new List<(double, double)>())];
        List<(float[] Probabilities, int Truth)> categories = [];
        foreach (HeldBackCell cell in heldBack.Cells)
        {
            EncodedColumn column = encoder.Encoded[cell.Column];
            Span<float> slots = predictions.AsSpan(cell.Row * encoder.SlotCount + column.FirstSlot, column.SlotCount);
            if (column.Scaler is null)
                categories.Add((slots.ToArray(), (int)cell.Truth));
            else
                errors[cell.Column].Add((cell.Truth - slots[0], variances[cell.Row * width + cell.Column]));
        }

        double factor = s_factors.MinBy(factor => errors.Sum(column => MinusTwoLogLikelihood(column, factor)));
        double power = categories.Count == 0 ? 1 : s_powers.MinBy(power => categories.Sum(cell => -Math.Log(Probability(cell.Probabilities, cell.Truth, power))));
        ColumnErrors?[] columns = new ColumnErrors?[width];
        List<float> pooled = [];
        ColumnRange[] ranges = ColumnRange.OfAll(rows);
        for (int i = 0; i < width; i++)
        {
            if (encoder.Encoded[i].Scaler is null)
                continue;
            columns[i] = ColumnErrors.Of(errors[i], factor, ranges[i]);
            pooled.AddRange(columns[i]!.Scores);
        }
        return new Calibration(columns, Thinned(pooled), factor, power);
    }

    /// <summary>A number's interval, in scaled units.</summary>
    /// <param name="column">Its encoded column.</param>
    /// <param name="guess">The blend's guess.</param>
    /// <param name="variance">The variance between members.</param>
    /// <param name="coverage">The share of intervals that are to hold the truth, 0 to 1.</param>
    public CellUncertainty Interval(int column, double guess, double variance, double coverage)
    {
        ColumnErrors errors = _columns[column]!;
        double spread = Math.Sqrt(errors.Variance + _factor * variance);
        ReadOnlySpan<float> scores = errors.Scores.Length < FewestScores ? _pooled : errors.Scores;
        double lower = guess + spread * Quantile(scores, 0.5 * (1 - coverage));
        double upper = guess + spread * Quantile(scores, 0.5 * (1 + coverage));
        // No value beyond the observed ones is claimed to be likely, and the guess is always inside.
        lower = Math.Min(guess, Math.Max(lower, errors.Minimum));
        upper = Math.Max(guess, Math.Min(upper, errors.Maximum));
        return CellUncertainty.OfNumber(lower, upper, spread * errors.Deviation);
    }

    /// <summary>The probability of one category.</summary>
    /// <param name="probabilities">What the blend says of each.</param>
    /// <param name="category">Which.</param>
    public double Probability(ReadOnlySpan<float> probabilities, int category) => Probability(probabilities, category, _power);

    public void Save(BinaryWriter writer)
    {
        writer.Write(_factor);
        writer.Write(_power);
        writer.WriteArray(_pooled);
        foreach (ColumnErrors? column in _columns)
        {
            writer.Write(column is not null);
            column?.Save(writer);
        }
    }

    public static Calibration Load(BinaryReader reader, TableEncoder encoder)
    {
        double factor = reader.ReadFinite("the factor of a variance"), power = reader.ReadFinite("the power of a probability");
        CheckedReading.Require(factor >= 0 && power >= 0, "a calibration makes no sense");
        float[] pooled = reader.ReadFiniteSingles("scores");
        ColumnErrors?[] columns = new ColumnErrors?[encoder.Encoded.Count];
        for (int i = 0; i < columns.Length; i++)
        {
            columns[i] = reader.ReadBoolean() ? ColumnErrors.Load(reader) : null;
            bool isSound = columns[i] is not null == encoder.Encoded[i].Scaler is not null;
            CheckedReading.Require(isSound, "the errors of a column are not there");
        }
        return new Calibration(columns, pooled, factor, power);
    }

    /// <summary>Minus twice the logarithm of a normal density with the spread, fitted to the column's errors.</summary>
    private static double MinusTwoLogLikelihood(List<(double Error, double Variance)> errors, double factor)
    {
        if (errors.Count == 0)
            return 0;
        double mean = errors.Average(cell => cell.Error * cell.Error), scores = 0, logarithms = 0;
        foreach ((double error, double variance) in errors)
        {
            double square = Math.Max(mean, 1e-12) + factor * variance;
            scores += error * error / square;
            logarithms += Math.Log(square);
        }
        return logarithms + errors.Count * Math.Log(Math.Max(scores / errors.Count, 1e-12));
    }

    private static double Probability(ReadOnlySpan<float> probabilities, int category, double power)
    {
        double sum = 0;
        foreach (float probability in probabilities)
            sum += Math.Pow(Math.Max(probability, 1e-7), power);
        return Math.Pow(Math.Max(probabilities[category], 1e-7), power) / sum;
    }

    /// <summary>The quantile at place (n + 1) * share among n, between the two values next to it.</summary>
    private static double Quantile(ReadOnlySpan<float> sorted, double share)
    {
        if (sorted.IsEmpty)
            return share < 0.5 ? double.NegativeInfinity : double.PositiveInfinity;
        double place = Math.Clamp((sorted.Length + 1) * share - 1, 0, sorted.Length - 1);
        int below = (int)place, above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }

    /// <summary>Sorted, and evenly thinned to the most that are kept.</summary>
    private static float[] Thinned(IEnumerable<float> scores)
    {
        float[] sorted = [.. scores.Order()];
        return sorted.Length <= MostScores
            ? sorted
            : [.. Enumerable.Range(0, MostScores).Select(i => sorted[(int)((i + 0.5) * sorted.Length / MostScores)])];
    }

    /// <summary>How the blend errs in one column of numbers.</summary>
    /// <param name="Variance">Mean squared error.</param>
    /// <param name="Deviation">Root mean square of the scores.</param>
    /// <param name="Minimum">The smallest observed value.</param>
    /// <param name="Maximum">The largest observed value.</param>
    /// <param name="Scores">Errors, each divided by its spread, ascending.</param>
    private sealed record ColumnErrors(double Variance, double Deviation, float Minimum, float Maximum, float[] Scores)
    {
        public static ColumnErrors Of(List<(double Error, double Variance)> errors, double factor, ColumnRange range)
        {
            // Without held-back cells: as uncertain as the column itself, whose deviation is about one.
            double variance = errors.Count == 0 ? 1 : Math.Max(1e-12, errors.Average(cell => cell.Error * cell.Error));
            double[] scores = [.. errors.Select(cell => cell.Error / Math.Sqrt(variance + factor * cell.Variance))];
            double deviation = scores.Length == 0 ? 1 : Math.Sqrt(scores.Average(score => score * score));
            return new ColumnErrors(variance, deviation, range.Minimum, range.Maximum, Thinned(scores.Select(score => (float)score)));
        }

        public void Save(BinaryWriter writer)
        {
            writer.Write(Variance);
            writer.Write(Deviation);
            writer.Write(Minimum);
            writer.Write(Maximum);
            writer.WriteArray(Scores);
        }

        public static ColumnErrors Load(BinaryReader reader)
        {
            double variance = reader.ReadFinite("a variance"), deviation = reader.ReadFinite("a deviation");
            float minimum = reader.ReadSingle(), maximum = reader.ReadSingle();
            bool isSound = variance >= 0 && deviation >= 0 && float.IsFinite(minimum) && float.IsFinite(maximum) && minimum <= maximum;
            CheckedReading.Require(isSound, "the errors of a column make no sense");
            return new ColumnErrors(variance, deviation, minimum, maximum, reader.ReadFiniteSingles("scores"));
        }
    }
}
