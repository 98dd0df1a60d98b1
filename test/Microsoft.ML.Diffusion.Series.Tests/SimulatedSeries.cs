using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Series.Methods.Smoother;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Tests;

/// <summary>Series that are drawn from a known covariance, with cells that are left out.</summary>
internal static class SimulatedSeries
{
    /// <summary>Three variables: the first two move together slowly, the third on its own, all with noise.</summary>
    public static SeriesCovariance Covariance { get; } = new(
        3, [double.PositiveInfinity, 2, 12], 0, 1,
        [[0.3, 0.3, 0], [0.2, -0.2, 0.1], [0.8, 0.7, 0.1]], [[0.1, 0.1, 0.3], [0.3, 0.3, 0.5], [0.1, 0.1, 0.7]], [0.05, 0.05, 0.1]);

    /// <summary>The whole series and the same with holes.</summary>
    /// <param name="count">How many series.</param>
    /// <param name="steps">How long each is.</param>
    /// <param name="hidden">The share of cells that are left out.</param>
    /// <param name="shape">What becomes of a normal number.</param>
    public static (SeriesTable Whole, SeriesTable Holes) Table(int count, int steps, double hidden, Func<double, double>? shape = null)
    {
        List<Data.Series> whole = [], holes = [];
        for (int s = 0; s < count; s++)
        {
            Philox random = new Philox(7).Fork((ulong)s);
            double[] times = Times(steps, random.Fork(0));
            double[] cells = [.. PriorDraw.Of(Covariance, times, random.Fork(1)).Select(x => shape?.Invoke(x) ?? x)];
            whole.Add(new Data.Series(times, cells));
            holes.Add(new Data.Series(times, [.. cells.Select((x, i) => random.Uniform((ulong)i) < hidden ? double.NaN : x)]));
        }
        return (new SeriesTable(3, whole), new SeriesTable(3, holes));
    }

    /// <summary>Times that are not regular.</summary>
    public static double[] Times(int steps, Philox random)
    {
        double[] times = new double[steps];
        for (int t = 1; t < steps; t++)
            times[t] = times[t - 1] + 0.5 + random.Uniform((ulong)t);
        return times;
    }

    /// <summary>The root mean squared error of filled cells.</summary>
    public static double Error(SeriesTable whole, SeriesTable holes, Func<Data.Series, double[]> fill)
    {
        double squares = 0;
        int count = 0;
        for (int s = 0; s < whole.Items.Count; s++)
        {
            double[] filled = fill(holes.Items[s]);
            for (int i = 0; i < filled.Length; i++)
            {
                if (!double.IsNaN(holes.Items[s].Cells[i]))
                    continue;
                squares += Math.Pow(filled[i] - whole.Items[s].Cells[i], 2);
                count++;
            }
        }
        return Math.Sqrt(squares / count);
    }
}
