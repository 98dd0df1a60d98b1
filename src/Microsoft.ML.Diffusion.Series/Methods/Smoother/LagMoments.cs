using MathNet.Numerics.LinearAlgebra;
using Microsoft.ML.Diffusion.Core.Threading;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Methods.Smoother;

/// <summary>Mean products of observed cells by how far they lie apart in time, and the covariance that they suggest: where a fit
/// starts.</summary>
internal sealed class LagMoments
{
    // Pairs of cells that are looked at: a second or two.
    private const double MostPairs = 1e8;

    // Sums are made in parts of their own, whatever the threads, so that they do not depend on them.
    private const int Parts = 8;

    // How many pairs' worth of doubt the covariance of two variables is shrunk by.
    private const double Doubt = 300;

    // The distances of a class differ by at most this factor.
    private const double Growth = 1.15;

    // The scale of what variables share at one time alone, such as one blood sample, in middle steps; and the share of what is no other
    // process's that it starts with, the rest being noise.
    private const double AtOnce = 0.1, AtOnceShare = 0.7;

    // A period must take away this share of what is not explained without it.
    private const double LeastGain = 0.15;

    // Hours, minutes and seconds of a day, days and hours of a week, months of a year.
    private static readonly double[] s_periods = [24, 1440, 86400, 7, 168, 12];

    private readonly int _variables;
    private readonly double[] _edges;
    private readonly double[] _distances;
    private readonly double[] _sums;
    private readonly double[] _counts;

    private LagMoments(int variables, double[] edges, Part[] parts)
    {
        (_variables, _edges) = (variables, edges);
        int classes = edges.Length, size = variables * variables;
        _distances = new double[classes];
        _sums = new double[classes * size];
        _counts = new double[classes * size];
        double[] totals = new double[classes];
        foreach (Part part in parts)
        {
            for (int i = 0; i < _sums.Length; i++)
            {
                _sums[i] += part.Sums[i];
                _counts[i] += part.Counts[i];
            }
            for (int i = 0; i < classes; i++)
            {
                _distances[i] += part.Distances[i];
                totals[i] += part.Totals[i];
            }
        }
        for (int i = 0; i < classes; i++)
            _distances[i] = totals[i] > 0 ? _distances[i] / totals[i] : double.NaN;
    }

    /// <summary>Measures series.</summary>
    /// <param name="times">The times of each series.</param>
    /// <param name="cells">Its numbers, NaN where missing.</param>
    /// <param name="variables">The number of variables.</param>
    /// <param name="random">Chooses among many series.</param>
    /// <param name="threads">How many threads.</param>
    /// <param name="cancel">Looked at often.</param>
    public static LagMoments Of(
        IReadOnlyList<double[]> times, IReadOnlyList<double[]> cells, int variables, Philox random, int threads, CancellationToken cancel)
    {
        double step = MedianStep(times);
        List<double> edges = [0];
        double longest = times.Max(x => x.Length == 0 ? 0 : x[^1] - x[0]);
        for (double edge = 1.5 * step; edge < longest * Growth && edges.Count < 60; edge = Math.Max(edge + step, edge * Growth))
            edges.Add(edge);
        int[] order = new int[cells.Count];
        random.Permutation(order);
        var parts = new Part[Parts];
        double[] limits = [.. edges];
        ParallelLoop.Run(Parts, part =>
        {
            var own = new Part(limits, variables);
            for (int i = part; i < order.Length && own.Pairs < MostPairs / Parts; i += Parts)
            {
                cancel.ThrowIfCancellationRequested();
                own.Add(times[order[i]], cells[order[i]], MostPairs / Parts);
            }
            parts[part] = own;
        }, threads, cancel);
        return new LagMoments(variables, limits, parts);
    }

    /// <summary>The middle of the distances of neighbouring steps; 1 where there are none.</summary>
    public static double MedianStep(IReadOnlyList<double[]> times)
    {
        List<double> steps = [];
        foreach (double[] own in times.Take(1000))
        {
            for (int i = 1; i < own.Length && i < 1000; i++)
            {
                if (own[i] > own[i - 1])
                    steps.Add(own[i] - own[i - 1]);
            }
        }
        steps.Sort();
        return steps.Count == 0 ? 1 : steps[steps.Count / 2];
    }

    /// <summary>The covariance that fits the mean products best.</summary>
    /// <param name="settings">How.</param>
    public SeriesCovariance Fit(SmootherSettings settings)
    {
        double step = _edges.Length > 1 ? _edges[1] / 1.5 : 1, longest = Math.Max(step, _edges[^1]);
        List<double> scales = [];
        if (!settings.IsSeparate && _variables > 1)
            scales.Add(AtOnce * step);
        for (double scale = step; scale <= longest && scales.Count < 7; scale *= 3)
            scales.Add(scale);
        scales.Insert(0, double.PositiveInfinity);
        double[] plain = [.. scales], seasonal = [.. scales, 2 * longest];
        double period = settings.Period ?? 0;
        if (settings.Period is null)
        {
            (double[] Best, double Error) without = Alone(plain, 0);
            double least = without.Error * (1 - LeastGain);
            foreach (double candidate in s_periods.Where(x => x >= 4 * step && x <= longest / 1.5))
            {
                double error = Alone(seasonal, candidate).Error;
                if (error < least)
                    (least, period) = (error, candidate);
            }
        }
        return Build(period > 0 ? seasonal : plain, period, settings);
    }

    private SeriesCovariance Build(double[] scales, double period, SmootherSettings settings)
    {
        int size = _variables, processes = scales.Length;
        (double[] alone, _) = Alone(scales, period);
        ShareAtOnce(scales, alone);
        int rank = settings.IsSeparate ? 0 : Math.Min(settings.Rank, size);
        double[][] factors = new double[processes][], own = new double[processes][];
        double[] noise = new double[size];
        Array.Fill(noise, 1);
        double[][] shared = settings.IsSeparate ? [] : Together(scales, period, alone);
        for (int k = 0; k < processes; k++)
        {
            (factors[k], own[k]) = (new double[size * rank], new double[size]);
            for (int v = 0; v < size; v++)
                own[k][v] = alone[v * processes + k];
            if (rank > 0)
                Split(shared[k], own[k], factors[k], rank);
            for (int v = 0; v < size; v++)
            {
                noise[v] -= alone[v * processes + k];
                // Above zero, so that a gradient can move it.
                own[k][v] = Math.Sqrt(Math.Max(own[k][v], 1e-3));
            }
        }
        for (int v = 0; v < size; v++)
            noise[v] = Math.Clamp(noise[v], 0.02, 1);
        return new SeriesCovariance(size, scales, period, rank, factors, own, noise);
    }

    /// <summary>The parts of the processes in each variable, at least 0: [variables, processes], and what they leave.</summary>
    private (double[] Best, double Error) Alone(double[] scales, double period)
    {
        int processes = scales.Length;
        double[] result = new double[_variables * processes], weights = new double[processes];
        double left = 0;
        for (int v = 0; v < _variables; v++)
        {
            double[] normal = new double[processes * processes], right = new double[processes];
            double squares = 0;
            for (int c = 0; c < _edges.Length; c++)
            {
                int place = (c * _variables + v) * _variables + v;
                double count = _counts[place];
                if (count == 0)
                    continue;
                SeriesCovariance.Weights(scales, period, _distances[c], weights);
                // One variable has one value at a time: nothing tells this process from noise.
                for (int k = 0; k < processes; k++)
                    weights[k] = IsAtOnce(scales[k]) ? 0 : weights[k];
                Accumulate(normal, right, weights, _sums[place] / count, Math.Sqrt(count));
                squares += Math.Sqrt(count) * Math.Pow(_sums[place] / count, 2);
            }
            Span<double> own = result.AsSpan(v * processes, processes);
            NotNegative(normal, right, own);
            left += squares;
            for (int k = 0; k < processes; k++)
            {
                left -= 2 * own[k] * right[k];
                for (int l = 0; l < processes; l++)
                    left += own[k] * own[l] * normal[k * processes + l];
            }
        }
        return (result, left);
    }

    /// <summary>Gives the process of one time its part of what the others leave.</summary>
    private void ShareAtOnce(double[] scales, double[] alone)
    {
        int processes = scales.Length, place = Array.FindIndex(scales, IsAtOnce);
        for (int v = 0; v < _variables && place >= 0; v++)
            alone[v * processes + place] = AtOnceShare * Math.Max(0, 1 - alone.AsSpan(v * processes, processes).ToArray().Sum());
    }

    private bool IsAtOnce(double scale) => _edges.Length > 1 && scale < _edges[1] / 3;

    /// <summary>The parts of the processes in each pair of variables.</summary>
    private double[][] Together(double[] scales, double period, double[] alone)
    {
        int size = _variables, processes = scales.Length;
        double[][] result = [.. scales.Select(_ => new double[size * size])];
        double[] weights = new double[processes];
        for (int v = 0; v < size; v++)
        {
            for (int k = 0; k < processes; k++)
                result[k][v * size + v] = alone[v * processes + k];
            for (int w = 0; w < v; w++)
            {
                var normal = Matrix<double>.Build.Dense(processes, processes);
                var right = Vector<double>.Build.Dense(processes);
                for (int c = 0; c < _edges.Length; c++)
                {
                    int one = (c * size + v) * size + w, other = (c * size + w) * size + v;
                    double count = _counts[one] + _counts[other];
                    if (count == 0)
                        continue;
                    SeriesCovariance.Weights(scales, period, _distances[c], weights);
                    double mean = (_sums[one] + _sums[other]) / (count + Doubt), trust = Math.Sqrt(count);
                    for (int k = 0; k < processes; k++)
                    {
                        right[k] += trust * weights[k] * mean;
                        for (int l = 0; l < processes; l++)
                            normal[k, l] += trust * weights[k] * weights[l];
                    }
                }
                // Curves of similar speed can stand for each other: the ridge keeps them from growing against each other.
                double ridge = 0.02 * normal.Trace() / processes + 1e-9;
                for (int k = 0; k < processes; k++)
                    normal[k, k] += ridge;
                Vector<double> both = normal.Cholesky().Solve(right);
                for (int k = 0; k < processes; k++)
                {
                    double most = Math.Sqrt(result[k][v * size + v] * alone[w * processes + k]);
                    result[k][v * size + w] = result[k][w * size + v] = Math.Clamp(both[k], -most, most);
                }
            }
        }
        return result;
    }

    /// <summary>Parts a covariance into its strongest directions and what the variables have alone.</summary>
    private static void Split(double[] shared, double[] own, double[] factor, int rank)
    {
        int size = own.Length;
        var evd = Matrix<double>.Build.Dense(size, size, shared).Evd(Symmetricity.Symmetric);
        for (int r = 0; r < rank; r++)
        {
            int column = size - 1 - r;
            double root = Math.Sqrt(Math.Max(evd.EigenValues[column].Real, 0));
            // The sign of a direction is free; this one makes it the same on every machine.
            int largest = Enumerable.Range(0, size).MaxBy(v => Math.Abs(evd.EigenVectors[v, column]));
            double sign = evd.EigenVectors[largest, column] < 0 ? -root : root;
            for (int v = 0; v < size; v++)
                factor[v * rank + r] = sign * evd.EigenVectors[v, column];
        }
        for (int v = 0; v < size; v++)
        {
            double common = 0;
            for (int r = 0; r < rank; r++)
                common += factor[v * rank + r] * factor[v * rank + r];
            // The directions of a matrix whose negative ones are cut off may say more than the variable has.
            double scale = common > own[v] && common > 0 ? Math.Sqrt(own[v] / common) : 1;
            for (int r = 0; r < rank; r++)
                factor[v * rank + r] *= scale;
            own[v] = Math.Max(0, own[v] - common);
        }
    }

    private static void Accumulate(double[] normal, double[] right, double[] weights, double mean, double trust)
    {
        for (int k = 0; k < weights.Length; k++)
        {
            right[k] += trust * weights[k] * mean;
            for (int l = 0; l < weights.Length; l++)
                normal[k * weights.Length + l] += trust * weights[k] * weights[l];
        }
    }

    /// <summary>Least squares with no negative part, one part after the other.</summary>
    private static void NotNegative(double[] normal, double[] right, Span<double> parts)
    {
        int count = parts.Length;
        for (int sweep = 0; sweep < 300; sweep++)
        {
            for (int k = 0; k < count; k++)
            {
                double rest = right[k], own = normal[k * count + k];
                for (int l = 0; l < count; l++)
                    rest -= l == k ? 0 : normal[k * count + l] * parts[l];
                parts[k] = own > 0 ? Math.Max(0, rest / own) : 0;
            }
        }
    }

    /// <summary>The sums over some of the series.</summary>
    private sealed class Part(double[] edges, int variables)
    {
        public double[] Sums { get; } = new double[edges.Length * variables * variables];

        public double[] Counts { get; } = new double[edges.Length * variables * variables];

        public double[] Distances { get; } = new double[edges.Length];

        public double[] Totals { get; } = new double[edges.Length];

        public double Pairs { get; private set; }

        public void Add(double[] times, double[] cells, double mostPairs)
        {
            int[] seen = [.. Enumerable.Range(0, cells.Length).Where(i => !double.IsNaN(cells[i]))];
            for (int i = 0; i < seen.Length; i++)
            {
                int step = seen[i] / variables, v = seen[i] % variables, distanceClass = 0;
                for (int j = i + 1; j < seen.Length; j++)
                {
                    double distance = times[seen[j] / variables] - times[step];
                    if (distance > 0)
                    {
                        while (distanceClass + 1 < edges.Length && (distanceClass == 0 || distance > edges[distanceClass]))
                            distanceClass++;
                    }
                    if (distanceClass > 0 && distance > edges[distanceClass])
                        break;
                    int place = (distanceClass * variables + v) * variables + seen[j] % variables;
                    Sums[place] += cells[seen[i]] * cells[seen[j]];
                    Counts[place]++;
                    Distances[distanceClass] += distance;
                    Totals[distanceClass]++;
                }
                Pairs += seen.Length - i;
                if (Pairs > mostPairs)
                    return;
            }
        }
    }
}
