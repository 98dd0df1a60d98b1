using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Series.Imputation;

namespace Microsoft.ML.Diffusion.Series.Methods.Baselines;

/// <summary>A method that fills each variable by itself, from its mean and the observed values beside the gap.</summary>
internal abstract class BaselineImputation : SeriesImputationMethod
{
    // As many columns as ML.NET allows a vector.
    private const int MostStatics = int.MaxValue - 64;

    /// <inheritdoc/>
    public override string Reference => "a baseline of all comparisons";

    /// <inheritdoc/>
    public override bool TellsUncertainty => false;

    /// <summary>The guess for a missing cell.</summary>
    /// <param name="time">Its time.</param>
    /// <param name="before">The last observed value of the variable before it.</param>
    /// <param name="after">The first one after it; none where the future is not to be looked at.</param>
    /// <param name="mean">The mean of the variable.</param>
    public abstract double Guess(double time, ObservedValue before, ObservedValue after, double mean);

    internal override SeriesImputer Learn(
        SeriesTable table, SeriesImputerOptions options, IProgress<TrainingProgress>? progress, CancellationToken cancel)
    {
        double[] means = Means(table);
        cancel.ThrowIfCancellationRequested();
        return new BaselineImputer(this, means, Errors(table, means, options.Direction), table.Statics, options.Direction);
    }

    internal override SeriesImputer Load(BinaryReader reader)
    {
        var direction = reader.ReadKind<SeriesDirection>("direction");
        int statics = reader.ReadBetween(0, MostStatics, "the number of static columns");
        double[] means = reader.ReadArray<double>();
        double[] errors = reader.ReadFiniteDoubles("errors", means.Length);
        bool isSound = means.Length > 0 && !Array.Exists(means, double.IsInfinity) && Array.TrueForAll(errors, error => error >= 0);
        CheckedReading.Require(isSound, "a mean is infinite or an error negative");
        return new BaselineImputer(this, means, errors, statics, direction);
    }

    /// <summary>The mean of each variable; NaN where nothing was observed.</summary>
    private static double[] Means(SeriesTable table)
    {
        double[] sums = new double[table.Variables];
        long[] counts = new long[table.Variables];
        foreach (Data.Series series in table.Items)
        {
            for (int i = 0; i < series.Cells.Length; i++)
            {
                if (double.IsNaN(series.Cells[i]))
                    continue;
                sums[i % sums.Length] += series.Cells[i];
                counts[i % sums.Length]++;
            }
        }
        for (int v = 0; v < sums.Length; v++)
            sums[v] = counts[v] == 0 ? double.NaN : sums[v] / counts[v];
        return sums;
    }

    /// <summary>The root mean squared error of guessing each observed value from the others of its variable.</summary>
    private double[] Errors(SeriesTable table, double[] means, SeriesDirection direction)
    {
        double[] squares = new double[means.Length];
        long[] counts = new long[means.Length];
        foreach (Data.Series series in table.Items)
        {
            for (int v = 0; v < means.Length; v++)
            {
                ObservedValue before = ObservedValue.None;
                foreach ((ObservedValue own, ObservedValue after) in WithNext(series, v, means.Length))
                {
                    double guess = Guess(own.Time, before, direction == SeriesDirection.Smooth ? after : ObservedValue.None, means[v]);
                    squares[v] += Math.Pow(own.Value - guess, 2);
                    counts[v]++;
                    before = own;
                }
            }
        }
        for (int v = 0; v < squares.Length; v++)
            squares[v] = counts[v] == 0 ? 0 : Math.Sqrt(squares[v] / counts[v]);
        return squares;
    }

    /// <summary>The observed values of a variable, each with the one after it.</summary>
    private static IEnumerable<(ObservedValue Own, ObservedValue After)> WithNext(Data.Series series, int variable, int variables)
    {
        ObservedValue own = ObservedValue.None;
        for (int t = 0; t < series.Length; t++)
        {
            ObservedValue next = new(series.Times[t], series.Cells[t * variables + variable]);
            if (!next.IsThere)
                continue;
            if (own.IsThere)
                yield return (own, next);
            own = next;
        }
        if (own.IsThere)
            yield return (own, ObservedValue.None);
    }
}
