using Microsoft.ML.Diffusion.Series.Calibration;

namespace Microsoft.ML.Diffusion.Series.Methods.Smoother;

/// <summary>A series as nearly normal numbers, with what the smoother says of its cells.</summary>
internal sealed class SmoothedSeries
{
    private SmoothedSeries(double[] times, double[] cells, double[] statics, bool isCausal)
    {
        (Times, Cells, Statics, IsCausal, Length) = (times, cells, statics, isCausal, times.Length);
        Means = new double[cells.Length];
        Variances = new double[cells.Length];
        Neighbors = new ObservedNeighbors(times, cells, isCausal);
    }

    /// <summary>The number of steps.</summary>
    public int Length { get; private set; }

    /// <summary>The time of each step.</summary>
    public double[] Times { get; private set; }

    /// <summary>The numbers, NaN where missing.</summary>
    public double[] Cells { get; private set; }

    /// <summary>What holds for the whole series; NaN is missing.</summary>
    public double[] Statics { get; }

    /// <summary>Whether a step is predicted from nothing behind it.</summary>
    public bool IsCausal { get; }

    /// <summary>The mean of every cell.</summary>
    public double[] Means { get; private set; }

    /// <summary>The variance of missing cells, noise included.</summary>
    public double[] Variances { get; private set; }

    /// <summary>Where the variables were observed before and after.</summary>
    public ObservedNeighbors Neighbors { get; private set; }

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

    /// <summary>A series without a step yet, which grows by <see cref="Append"/> and looks at nothing behind a step.</summary>
    /// <param name="statics">What holds for the whole series; NaN is missing.</param>
    public static SmoothedSeries Begin(double[] statics) => new([], [], statics, isCausal: true);

    /// <summary>Adds a step.</summary>
    /// <param name="time">Its time.</param>
    /// <param name="cells">Its numbers.</param>
    /// <param name="means">What the smoother says of them.</param>
    /// <param name="variances">The variances of missing ones.</param>
    public void Append(double time, ReadOnlySpan<double> cells, ReadOnlySpan<double> means, ReadOnlySpan<double> variances)
    {
        int width = cells.Length;
        if (Times.Length == Length)
        {
            int room = Math.Max(16, 2 * Length);
            (Times, Cells, Means, Variances) = (
                Longer(Times, room), Longer(Cells, room * width), Longer(Means, room * width), Longer(Variances, room * width));
        }
        Times[Length] = time;
        cells.CopyTo(Cells.AsSpan(Length * width));
        means.CopyTo(Means.AsSpan(Length * width));
        variances.CopyTo(Variances.AsSpan(Length * width));
        Neighbors.Append(time, cells);
        Length++;
    }

    /// <summary>Forgets steps that tell nothing of later ones: the first step stays, the last steps, and the last two at which each
    /// variable was observed.</summary>
    /// <param name="width">The number of variables.</param>
    /// <param name="last">How many of the last steps stay.</param>
    public void Forget(int width, int last)
    {
        bool[] stays = new bool[Length];
        stays[0] = true;
        stays.AsSpan(Math.Max(0, Length - last)).Fill(true);
        for (int v = 0; v < width; v++)
        {
            int before = Neighbors.Before((Length - 1) * width + v), second = before > 0 ? Neighbors.Before((before - 1) * width + v) : -1;
            stays[Math.Max(before, 0)] = stays[Math.Max(second, 0)] = true;
        }
        Neighbors = new ObservedNeighbors([], [], isCausal: true);
        int kept = 0;
        for (int t = 0; t < stays.Length; t++)
        {
            if (!stays[t])
                continue;
            Times[kept] = Times[t];
            foreach (double[] items in (ReadOnlySpan<double[]>)[Cells, Means, Variances])
                Array.Copy(items, t * width, items, kept * width, width);
            Neighbors.Append(Times[kept], Cells.AsSpan(kept * width, width));
            kept++;
        }
        Length = kept;
    }

    private static double[] Longer(double[] items, int length)
    {
        Array.Resize(ref items, length);
        return items;
    }
}
