using Microsoft.ML.Diffusion.Core.Threading;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Methods.Smoother;

/// <summary>Makes a covariance more likely: Adam on the log density of stretches of series, with its exact gradient.</summary>
/// <remarks>
/// The gradient of the log density of observed cells y with covariance K is G = (a a' - K^-1) / 2 in K, with a = K^-1 y, and from there
/// sums of G over the cells of two variables, weighted by the processes.
/// </remarks>
internal sealed class CovarianceAscent
{
    private const double FirstDecay = 0.9, SecondDecay = 0.98, LeastNoise = 1e-3;

    private readonly IReadOnlyList<double[]> _times;
    private readonly IReadOnlyList<double[]> _cells;
    private readonly SmootherSettings _settings;
    private readonly Philox _random;
    private readonly int _variables;
    private readonly int[] _choice;
    private readonly double[] _first;
    private readonly double[] _second;
    private SeriesCovariance _covariance;

    /// <param name="start">Where to start.</param>
    /// <param name="times">The times of each series.</param>
    /// <param name="cells">Its numbers, NaN where missing.</param>
    /// <param name="settings">How.</param>
    /// <param name="random">Chooses the stretches.</param>
    public CovarianceAscent(
        SeriesCovariance start, IReadOnlyList<double[]> times, IReadOnlyList<double[]> cells, SmootherSettings settings, Philox random)
    {
        (_covariance, _times, _cells, _settings, _random) = (start, times, cells, settings, random);
        _variables = start.Variables;
        _choice = [.. Enumerable.Range(0, cells.Count).Where(i => cells[i].Count(x => !double.IsNaN(x)) > 1)];
        int parameters = start.Processes * _variables * (start.Rank + 1) + _variables;
        (_first, _second) = (new double[parameters], new double[parameters]);
    }

    /// <summary>Climbs.</summary>
    /// <param name="threads">How many threads; the result does not depend on it.</param>
    /// <param name="deadline">When it is over, the covariance stays as it is.</param>
    /// <param name="meter">Counts the steps.</param>
    /// <param name="cancel">Looked at in every step.</param>
    public SeriesCovariance Run(int threads, TrainingDeadline deadline, ProgressMeter meter, CancellationToken cancel)
    {
        if (_choice.Length == 0)
            return _covariance;
        var gradients = new StretchGradient[_settings.Batch];
        for (int step = 0; step < _settings.Steps && !deadline.IsOver; step++)
        {
            Philox random = _random.Fork((ulong)step);
            ParallelLoop.Run(gradients.Length, i => gradients[i] = Gradient(random.Fork((ulong)i)), threads, cancel);
            StretchGradient sum = gradients[0];
            foreach (StretchGradient other in gradients.AsSpan(1))
                sum.Add(other);
            Climb(sum, step);
            meter.Count(-sum.LogDensity / Math.Max(1, sum.Cells));
        }
        return _covariance;
    }

    /// <summary>The log density of a random stretch, and its gradient.</summary>
    private StretchGradient Gradient(Philox random)
    {
        int series = _choice[random.Below(0, _choice.Length)];
        double[] cells = _cells[series], times = _times[series];
        (int first, int last) = (0, times.Length);
        int seen = cells.Count(x => !double.IsNaN(x));
        if (seen > _settings.FittedCells)
        {
            // Every other time a short stretch with all cells, else a long one of which some cells are left out, for the slow processes.
            bool isShort = random.Uniform(1) < 0.5;
            double share = (double)_settings.FittedCells / seen;
            int most = 8 * _settings.FittedCells;
            int length = isShort ? (int)(share * times.Length) : (int)Math.Min(times.Length, (double)most / seen * times.Length);
            length = Math.Clamp(length, 1, times.Length);
            first = random.Below(2, times.Length - length + 1);
            last = first + length;
            cells = cells[(first * _variables)..(last * _variables)];
            int left = cells.Count(x => !double.IsNaN(x));
            double kept = (double)_settings.FittedCells / Math.Max(1, left);
            Philox thinning = random.Fork(1);
            for (int i = 0; i < cells.Length && kept < 1; i++)
                cells[i] = thinning.Uniform((ulong)i) < kept ? cells[i] : double.NaN;
        }
        return StretchGradient.Of(_covariance, times.AsSpan(first, last - first), cells);
    }

    private void Climb(StretchGradient gradient, int step)
    {
        int rank = _covariance.Rank, place = 0;
        double count = Math.Max(1, gradient.Cells);
        double rate = _settings.LearningRate * Math.Min(1, 1.2 * (1 - (double)step / _settings.Steps));
        double[][] factors = new double[_covariance.Processes][], own = new double[factors.Length][];
        for (int k = 0; k < factors.Length; k++)
        {
            double[] shared = gradient.Shared[k], from = _covariance.Factors[k], deviations = _covariance.Own[k];
            double[] slopes = new double[from.Length];
            for (int v = 0; v < _variables; v++)
            {
                for (int w = 0; w < _variables; w++)
                {
                    double slope = shared[v * _variables + w] + shared[w * _variables + v];
                    Models.Prediction.DenseMatrix.AddScaled(slopes.AsSpan(v * rank, rank), slope, from.AsSpan(w * rank, rank));
                }
            }
            (factors[k], own[k]) = (new double[from.Length], new double[_variables]);
            for (int i = 0; i < from.Length; i++)
                factors[k][i] = from[i] + rate * Adam(slopes[i] / count, place++, step);
            for (int v = 0; v < _variables; v++)
                own[k][v] = deviations[v] + rate * Adam(2 * deviations[v] * shared[v * _variables + v] / count, place++, step);
        }
        double[] noise = new double[_variables];
        for (int v = 0; v < _variables; v++)
        {
            double variance = _covariance.Noise[v];
            noise[v] = Math.Max(LeastNoise, variance * Math.Exp(rate * Adam(variance * gradient.Noise[v] / count, place++, step)));
        }
        _covariance = new SeriesCovariance(_variables, _covariance.Scales, _covariance.Period, rank, factors, own, noise);
    }

    private double Adam(double slope, int place, int step)
    {
        _first[place] += (1 - FirstDecay) * (slope - _first[place]);
        _second[place] += (1 - SecondDecay) * (slope * slope - _second[place]);
        double first = _first[place] / (1 - Math.Pow(FirstDecay, step + 1));
        double second = _second[place] / (1 - Math.Pow(SecondDecay, step + 1));
        return first / (Math.Sqrt(second) + 1e-8);
    }
}
