using Microsoft.ML.Diffusion.Series.Calibration;

namespace Microsoft.ML.Diffusion.Series.Methods.Smoother;

/// <summary>A series as nearly normal numbers, with what the smoother says of its cells.</summary>
internal sealed class SmoothedSeries
{
    private SmoothedSeries(double[] times, double[] cells, double[] statics, bool isCausal)
    {
        (Times, Cells, Statics, IsCausal) = (times, cells, statics, isCausal);
        Means = new double[cells.Length];
        Variances = new double[cells.Length];
        Neighbors = new ObservedNeighbors(times, cells, isCausal);
    }

    /// <summary>The time of each step.</summary>
    public double[] Times { get; }

    /// <summary>The numbers, NaN where missing.</summary>
    public double[] Cells { get; }

    /// <summary>What holds for the whole series; NaN is missing.</summary>
    public double[] Statics { get; }

    /// <summary>Whether a step is predicted from nothing behind it.</summary>
    public bool IsCausal { get; }

    /// <summary>The mean of every cell.</summary>
    public double[] Means { get; }

    /// <summary>The variance of missing cells, noise included.</summary>
    public double[] Variances { get; }

    /// <summary>Where the variables were observed before and after.</summary>
    public ObservedNeighbors Neighbors { get; }

    /// <summary>Predicts all cells.</summary>
    public static SmoothedSeries Of(SmootherModel model, double[] times, double[] cells, double[] statics, bool isCausal)
    {
        var result = new SmoothedSeries(times, cells, statics, isCausal);
        model.Predict(times, cells, isCausal, result.Means, result.Variances);
        return result;
    }

    /// <summary>Predicts the mean of all cells, and no variance.</summary>
    public static SmoothedSeries OfMeans(SmootherModel model, double[] times, double[] cells, double[] statics, bool isCausal)
    {
        var result = new SmoothedSeries(times, cells, statics, isCausal);
        model.Predict(times, cells, isCausal, result.Means, []);
        return result;
    }

    /// <summary>Predicts all cells, the variance of some of them only: much faster where these are few.</summary>
    public static SmoothedSeries Of(
        SmootherModel model, double[] times, double[] cells, double[] statics, bool isCausal, ReadOnlySpan<int> some)
    {
        var result = new SmoothedSeries(times, cells, statics, isCausal);
        model.Predict(times, cells, isCausal, result.Means, some, result.Variances);
        return result;
    }
}
