using System.Diagnostics;
using Microsoft.ML.Diffusion.Core.Threading;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Gaussian;

/// <summary>Expectation maximisation for a normal distribution seen through holes (Little and Rubin 2019, section 8.2).</summary>
internal sealed class GaussianEm
{
    // Rows are summed in at most this many parts, whatever the threads, so that the sums do not depend on them.
    private const int MostParts = 8;

    // Multiplications that a fit may take: a few seconds.
    private const double MostWork = 1e10;

    // Rows whose products are summed together, so that a row of the sum is loaded once for all of them.
    private const int RowsAtOnce = 16;

    private readonly GaussianLayout _layout;
    private readonly EncodedRows _table;
    private readonly int[] _rows;
    private readonly Part[] _parts;

    private GaussianEm(GaussianLayout layout, EncodedRows table, int[] rows)
    {
        (_layout, _table, _rows) = (layout, table, rows);
        _parts = new Part[Math.Clamp(rows.Length / 32, 1, layout.Size > 256 ? 2 : MostParts)];
        for (int i = 0; i < _parts.Length; i++)
            _parts[i] = new Part(layout.Size);
    }

    public static MultivariateNormal Fit(
        EncodedRows table, GaussianLayout layout, GaussianSettings settings, Philox random, int threads,
        TrainingDeadline deadline, CancellationToken cancel)
    {
        double size = layout.Size, missing = size * table.CountMissing() / Math.Max(1, table.CellCount);
        double workPerRow = (size * size) + (missing * missing * missing);
        int[] rows = RowSample.Of(table.RowCount, (int)Math.Clamp(MostWork / 10 / workPerRow, Math.Min(500, settings.MostRows), settings.MostRows), random);
        double rounds = MostWork / ((rows.Length * workPerRow) + (size * size * size));
        var em = new GaussianEm(layout, table, rows);
        return em.Run(settings, (int)Math.Clamp(rounds, 4, settings.MostRounds), threads, deadline, cancel);
    }

    private MultivariateNormal Run(
        GaussianSettings settings, int rounds, int threads, TrainingDeadline deadline, CancellationToken cancel)
    {
        MultivariateNormal normal = Start();
        double[] variances = [.. Enumerable.Range(0, normal.Size).Select(i => normal.Covariance[(i * normal.Size) + i])];
        var watch = Stopwatch.StartNew();
        for (int round = 0; round < rounds && !(round > 0 && watch.Elapsed > deadline.Left); round++)
        {
            watch.Restart();
            ParallelLoop.Run(
                _parts.Length,
                part => _parts[part].Sum(
                    this, normal, part * _rows.Length / _parts.Length, (part + 1) * _rows.Length / _parts.Length, deadline, cancel),
                threads, cancel);
            // Sums over some of the rows are of no use.
            if (deadline.IsOver)
                break;
            MultivariateNormal next = Maximise(normal, settings, variances);
            bool isDone = Change(normal, next, variances) < settings.Tolerance;
            normal = next;
            if (isDone)
                break;
        }
        return normal;
    }

    /// <summary>Means and variances of the observed cells, without correlation.</summary>
    private MultivariateNormal Start()
    {
        int size = _layout.Size;
        double[] mean = new double[size], zero = new double[size], covariance = new double[size * size];
        int[] counts = new int[size];
        double[] squares = new double[size], centred = new double[size];
        int[] places = new int[size];
        foreach (int row in _rows)
        {
            int missing = _layout.Read(_table.Row(row), -1, zero, centred, places);
            foreach (int place in places.AsSpan(missing))
            {
                counts[place]++;
                double difference = centred[place] - mean[place];
                mean[place] += difference / counts[place];
                squares[place] += difference * (centred[place] - mean[place]);
            }
        }
        for (int i = 0; i < size; i++)
        {
            double variance = squares[i] / Math.Max(1, counts[i]);
            // Constant in the rows looked at: any size will do, as nothing else tells it.
            covariance[(i * size) + i] = variance > 1e-9 ? variance : 1e-4;
        }
        return new MultivariateNormal(mean, covariance);
    }

    private MultivariateNormal Maximise(MultivariateNormal normal, GaussianSettings settings, double[] variances)
    {
        int size = _layout.Size;
        double[] shift = new double[size], covariance = new double[size * size], mean = (double[])normal.Mean.Clone();
        foreach (Part part in _parts)
        {
            DenseMatrix.AddScaled(shift, 1.0 / _rows.Length, part.Sums);
            DenseMatrix.AddScaled(covariance, 1.0 / _rows.Length, part.Products);
        }
        double prior = settings.Ridge * size;
        double weight = _rows.Length / (_rows.Length + prior);
        for (int i = 0; i < size; i++)
        {
            mean[i] += shift[i];
            DenseMatrix.AddScaled(covariance.AsSpan((i * size) + i, size - i), -shift[i], shift.AsSpan(i));
            for (int j = i; j < size; j++)
                covariance[(i * size) + j] *= weight;
            covariance[(i * size) + i] += (1 - weight) * variances[i];
            for (int j = 0; j < i; j++)
                covariance[(i * size) + j] = covariance[(j * size) + i];
        }
        return new MultivariateNormal(mean, covariance);
    }

    private static double Change(MultivariateNormal before, MultivariateNormal after, double[] variances)
    {
        double largest = 0;
        int size = before.Size;
        for (int i = 0; i < size; i++)
        {
            largest = Math.Max(largest, Math.Abs(after.Mean[i] - before.Mean[i]) / Math.Sqrt(variances[i]));
            for (int j = i; j < size; j++)
            {
                double scale = Math.Sqrt(variances[i] * variances[j]);
                largest = Math.Max(largest, Math.Abs(after.Covariance[(i * size) + j] - before.Covariance[(i * size) + j]) / scale);
            }
        }
        return largest;
    }

    /// <summary>Expected sums over some of the rows, around the mean of the round before.</summary>
    private sealed class Part(int size)
    {
        private readonly double[] _filled = new double[RowsAtOnce * size];
        private readonly int[] _places = new int[size];
        private readonly double[] _row = new double[size];
        private double[] _block = [];

        public double[] Sums { get; } = new double[size];

        /// <summary>[size, size], the upper triangle.</summary>
        public double[] Products { get; } = new double[size * size];

        public void Sum(GaussianEm em, MultivariateNormal normal, int first, int end, TrainingDeadline deadline, CancellationToken cancel)
        {
            Array.Clear(Sums);
            Array.Clear(Products);
            for (int start = first; start < end && !deadline.IsOver; start += RowsAtOnce)
            {
                cancel.ThrowIfCancellationRequested();
                int count = Math.Min(RowsAtOnce, end - start);
                for (int i = 0; i < count; i++)
                {
                    Span<double> centred = _filled.AsSpan(i * size, size);
                    int row = em._rows[start + i];
                    int missing = em._layout.Read(em._table.Row(row), -1, normal.Mean, centred, _places);
                    if (missing > 0)
                        Expect(normal, centred, _places.AsSpan(0, missing));
                    DenseMatrix.AddScaled(Sums, 1, centred);
                }
                for (int i = 0; i < size; i++)
                {
                    Span<double> target = Products.AsSpan((i * size) + i, size - i);
                    for (int r = 0; r < count; r++)
                        DenseMatrix.AddScaled(target, _filled[(r * size) + i], _filled.AsSpan((r * size) + i, size - i));
                }
            }
        }

        /// <summary>Fills in the conditional mean and adds the conditional covariance to the products.</summary>
        private void Expect(MultivariateNormal normal, Span<double> centred, Span<int> missing)
        {
            // Ascending, so that the block's upper triangle lies in the upper triangle of the products.
            missing.Sort();
            int count = missing.Length;
            if (_block.Length < count * (count + 1))
                _block = new double[count * (count + 1)];
            Span<double> block = _block.AsSpan(0, count * count), vector = _block.AsSpan(count * count, count);
            foreach (int place in missing)
                centred[place] = 0;
            for (int i = 0; i < count; i++)
                vector[i] = -DenseMatrix.Dot(normal.Precision.AsSpan(missing[i] * size, size), centred);
            normal.Gather(normal.Precision, missing, block);
            DenseMatrix.Invert(block, count, _row);
            for (int i = 0; i < count; i++)
            {
                centred[missing[i]] = DenseMatrix.Dot(block.Slice(i * count, count), vector);
                Span<double> target = Products.AsSpan(missing[i] * size, size);
                for (int j = i; j < count; j++)
                    target[missing[j]] += block[(i * count) + j];
            }
        }
    }
}
