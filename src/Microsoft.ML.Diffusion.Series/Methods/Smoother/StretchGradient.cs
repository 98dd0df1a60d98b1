using Microsoft.ML.Diffusion.Models.Prediction;

namespace Microsoft.ML.Diffusion.Series.Methods.Smoother;

/// <summary>The log density of the observed cells of one stretch of steps, and its gradient.</summary>
internal sealed class StretchGradient
{
    private StretchGradient(int processes, int variables)
    {
        Shared = new double[processes][];
        for (int k = 0; k < processes; k++)
            Shared[k] = new double[variables * variables];
        Noise = new double[variables];
    }

    /// <summary>The gradient in each B_k, [variables, variables].</summary>
    public double[][] Shared { get; }

    /// <summary>The gradient in the variance of the noise of each variable.</summary>
    public double[] Noise { get; }

    /// <summary>The number of observed cells.</summary>
    public int Cells { get; private set; }

    /// <summary>The log density.</summary>
    public double LogDensity { get; private set; }

    /// <summary>Computes it.</summary>
    public static StretchGradient Of(SeriesCovariance covariance, ReadOnlySpan<double> times, ReadOnlySpan<double> cells)
    {
        int width = covariance.Variables, processes = covariance.Processes;
        var result = new StretchGradient(processes, width);
        var system = new CellSystem(covariance);
        system.Condition(times, cells);
        result.LogDensity = system.LogDensity();
        system.Invert(times, cells);
        int count = result.Cells = system.Count;
        ReadOnlySpan<int> places = system.Cells;
        ReadOnlySpan<double> inverse = system.Inverse, weights = system.Weights;
        double[] block = new double[width * width], process = new double[processes];
        for (int i = 0; i < count; i++)
            result.Noise[places[i] % width] += (weights[i] * weights[i] - inverse[i * count + i]) / 2;

        // Two steps at a time: the sum over their cells first, then its share in each process.
        for (int i = 0, next; i < count; i = next)
        {
            int step = places[i] / width;
            next = End(places, i, step, width);
            for (int j = i, after; j < count; j = after)
            {
                int other = places[j] / width;
                after = End(places, j, other, width);
                // Each pair of different steps stands in K twice.
                double factor = other == step ? 0.5 : 1;
                Array.Clear(block);
                for (int row = i; row < next; row++)
                {
                    Span<double> own = block.AsSpan(places[row] % width * width, width);
                    double weight = weights[row];
                    for (int column = j; column < after; column++)
                        own[places[column] % width] += factor * (weight * weights[column] - inverse[row * count + column]);
                }
                covariance.Weights(Math.Abs(times[other] - times[step]), process);
                for (int k = 0; k < processes; k++)
                    DenseMatrix.AddScaled(result.Shared[k], process[k], block);
            }
        }
        return result;
    }

    /// <summary>Adds those of another stretch.</summary>
    public void Add(StretchGradient other)
    {
        for (int k = 0; k < Shared.Length; k++)
            DenseMatrix.AddScaled(Shared[k], 1, other.Shared[k]);
        DenseMatrix.AddScaled(Noise, 1, other.Noise);
        Cells += other.Cells;
        LogDensity += other.LogDensity;
    }

    private static int End(ReadOnlySpan<int> places, int start, int step, int width)
    {
        int end = start;
        while (end < places.Length && places[end] / width == step)
            end++;
        return end;
    }
}
