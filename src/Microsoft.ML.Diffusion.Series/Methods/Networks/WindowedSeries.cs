using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Series.Methods.Smoother;

namespace Microsoft.ML.Diffusion.Series.Methods.Networks;

/// <summary>Series as a network that sees some steps at a time learns from them.</summary>
/// <param name="Scale">How values became standard units.</param>
/// <param name="Step">The middle step between times.</param>
/// <param name="Cells">The values of each series in standard units; NaN is missing.</param>
/// <param name="Times">The times of each series in middle steps.</param>
/// <param name="Steps">Steps of a window.</param>
/// <param name="Windows">The windows that hold an observed value: which series, and its first step.</param>
internal sealed record WindowedSeries(
    Standardization Scale, double Step, double[][] Cells, double[][] Times, int Steps, (int Series, int Start)[] Windows)
{
    /// <summary>Cuts series into windows.</summary>
    /// <param name="table">The series.</param>
    /// <param name="most">The most steps of a window.</param>
    /// <exception cref="InvalidOperationException">No series has an observed value.</exception>
    public static WindowedSeries Of(SeriesTable table, int most)
    {
        var scale = Standardization.Of(table);
        double step = LagMoments.MedianStep([.. table.Items.Select(series => series.Times)]);
        double[][] cells = [.. table.Items.Select(scale.Apply)];
        double[][] times = [.. table.Items.Select(series => Array.ConvertAll(series.Times, time => time / step))];
        int steps = Math.Min(most, Math.Max(1, table.Items.Max(series => series.Length)));
        return new WindowedSeries(scale, step, cells, times, steps, StepWindows.Of(cells, table.Variables, steps));
    }

    /// <summary>Of each variable whether any series has a value of it.</summary>
    public bool[] SeenVariables()
    {
        bool[] isSeen = new bool[Scale.Means.Length];
        foreach (double[] own in Cells)
        {
            for (int i = 0; i < own.Length; i++)
                isSeen[i % isSeen.Length] |= !double.IsNaN(own[i]);
        }
        return isSeen;
    }
}
