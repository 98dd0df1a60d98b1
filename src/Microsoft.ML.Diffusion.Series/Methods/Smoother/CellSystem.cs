using Microsoft.ML.Diffusion.Models.Prediction;

namespace Microsoft.ML.Diffusion.Series.Methods.Smoother;

/// <summary>The cells of one stretch of steps, given those of them that are observed: exact conditional means and variances of a normal
/// distribution. The memory of an instance stays from call to call.</summary>
/// <remarks>K = U' U is the covariance of the observed cells in the order of time. A mean is k' K^-1 y = w' z with w = U'^-1 k and
/// z = U'^-1 y.</remarks>
internal sealed class CellSystem(SeriesCovariance covariance)
{
    // Columns that are solved together.
    private const int Columns = 128;

    // Distances whose covariances are kept.
    private const int MostKept = 256;

    private readonly Dictionary<double, double[]> _kept = [];
    private readonly double[] _scratch = new double[covariance.Variables * covariance.Variables];
    private int[] _cells = [];
    private double[] _times = [];
    private double[] _matrix = [];
    private double[] _values = [];
    private double[] _whitened = [];
    private double[] _weights = [];
    private double[] _solved = [];
    private double[] _row = [];
    private int _steps;

    /// <summary>The number of observed cells.</summary>
    public int Count { get; private set; }

    /// <summary>Which cells are observed, counted step after step, ascending.</summary>
    public ReadOnlySpan<int> Cells => _cells.AsSpan(0, Count);

    /// <summary>K^-1 y.</summary>
    public ReadOnlySpan<double> Weights => _weights.AsSpan(0, Count);

    /// <summary>K^-1 after <see cref="Invert"/>, row after row.</summary>
    public ReadOnlySpan<double> Inverse => _matrix.AsSpan(0, Count * Count);

    /// <summary>Takes the observed cells of a stretch and solves for them.</summary>
    /// <param name="times">The time of each step.</param>
    /// <param name="cells">Numbers of mean 0, step after step; NaN is missing.</param>
    public void Condition(ReadOnlySpan<double> times, ReadOnlySpan<double> cells)
    {
        Build(times, cells);
        TriangularRows.Factor(_matrix.AsSpan(0, Count * Count), Count);
        Solve(cells);
    }

    /// <summary>Solves for other values of the same cells.</summary>
    public void Solve(ReadOnlySpan<double> cells)
    {
        for (int i = 0; i < Count; i++)
            _whitened[i] = _values[i] = cells[_cells[i]];
        for (int i = 0; i < Count; i++)
        {
            _whitened[i] /= _matrix[i * Count + i];
            int rest = Count - i - 1;
            DenseMatrix.AddScaled(_whitened.AsSpan(i + 1, rest), -_whitened[i], _matrix.AsSpan(i * Count + i + 1, rest));
        }
        _whitened.AsSpan(0, Count).CopyTo(_weights);
        for (int i = Count - 1; i >= 0; i--)
        {
            int rest = Count - i - 1;
            double sum = DenseMatrix.Dot(_matrix.AsSpan(i * Count + i + 1, rest), _weights.AsSpan(i + 1, rest));
            _weights[i] = (_weights[i] - sum) / _matrix[i * Count + i];
        }
    }

    /// <summary>Takes the observed cells of a stretch and keeps the inverse of their covariance, which predicts no missing cell.</summary>
    public void Invert(ReadOnlySpan<double> times, ReadOnlySpan<double> cells)
    {
        Build(times, cells);
        if (_row.Length < Count)
            _row = new double[Count];
        DenseMatrix.Invert(_matrix, Count, _row);
        for (int i = 0; i < Count; i++)
            _values[i] = cells[_cells[i]];
        for (int i = 0; i < Count; i++)
            _weights[i] = DenseMatrix.Dot(_matrix.AsSpan(i * Count, Count), _values.AsSpan(0, Count));
    }

    /// <summary>What each observed cell would be if it alone were missing, in closed form, after <see cref="Invert"/>.</summary>
    /// <param name="means">For each of <see cref="Cells"/>.</param>
    /// <param name="variances">For each of <see cref="Cells"/>, noise included.</param>
    public void LeaveOneOut(Span<double> means, Span<double> variances)
    {
        for (int i = 0; i < Count; i++)
        {
            double precision = _matrix[i * Count + i];
            means[i] = _values[i] - _weights[i] / precision;
            variances[i] = 1 / precision;
        }
    }

    /// <summary>The log density of the observed cells, after <see cref="Condition"/>.</summary>
    public double LogDensity()
    {
        double result = 0;
        for (int i = 0; i < Count; i++)
            result -= Math.Log(_matrix[i * Count + i]) + (_whitened[i] * _whitened[i] + Math.Log(2 * Math.PI)) / 2;
        return result;
    }

    /// <summary>Predicts all cells of some steps, observed ones without their noise.</summary>
    /// <param name="first">The first step.</param>
    /// <param name="last">The step behind the last one.</param>
    /// <param name="means">The means, step after step from the first one.</param>
    /// <param name="variances">The variances, without noise; empty where they are not wanted, which is much faster.</param>
    public void Predict(int first, int last, Span<double> means, Span<double> variances)
    {
        int width = covariance.Variables;
        if (variances.IsEmpty)
        {
            PredictMeans(first, last, means);
            return;
        }
        int together = Math.Max(1, Columns / width);
        for (int step = first; step < last; step += together)
        {
            int end = Math.Min(last, step + together), columns = (end - step) * width;
            Cross(step, end);
            Span<double> mean = means.Slice((step - first) * width, columns);
            Span<double> variance = variances.Slice((step - first) * width, columns);
            mean.Clear();
            for (int i = 0; i < variance.Length; i++)
                variance[i] = PriorVariance(i % width);
            Reduce(columns, mean, variance);
        }
    }

    /// <summary>Predicts one cell.</summary>
    /// <param name="cell">Which one, counted step after step.</param>
    public (double Mean, double Variance) Predict(int cell)
    {
        int width = covariance.Variables, step = cell / width, variable = cell % width, used = Count;
        if (_solved.Length < used)
            _solved = new double[used];
        Span<double> column = _solved.AsSpan(0, used);
        for (int i = 0; i < used;)
        {
            int other = _cells[i] / width;
            double[] block = Between(step, other);
            for (; i < used && _cells[i] / width == other; i++)
                column[i] = block[variable * width + _cells[i] % width];
        }
        double mean = 0, variance = PriorVariance(variable);
        for (int i = 0; i < used; i++)
        {
            double own = column[i] / _matrix[i * Count + i];
            mean += own * _whitened[i];
            variance -= own * own;
            DenseMatrix.AddScaled(column[(i + 1)..], -own, _matrix.AsSpan(i * Count + i + 1, used - i - 1));
        }
        return (mean, Math.Max(variance, 0));
    }

    private void PredictMeans(int first, int last, Span<double> means)
    {
        int width = covariance.Variables;
        means[..((last - first) * width)].Clear();
        for (int i = 0; i < Count;)
        {
            int step = _cells[i] / width, from = i;
            while (i < Count && _cells[i] / width == step)
                i++;
            for (int target = first; target < last; target++)
            {
                double[] block = Between(target, step);
                Span<double> mean = means.Slice((target - first) * width, width);
                for (int j = from; j < i; j++)
                    DenseMatrix.AddScaled(mean, _weights[j], block.AsSpan(_cells[j] % width * width, width));
            }
        }
    }

    /// <summary>Writes the covariances of observed cells with all cells of some steps.</summary>
    private void Cross(int first, int last)
    {
        int width = covariance.Variables, columns = (last - first) * width, used = Count;
        if (_solved.Length < used * columns)
            _solved = new double[used * columns];
        for (int i = 0; i < used;)
        {
            int step = _cells[i] / width, from = i;
            while (i < used && _cells[i] / width == step)
                i++;
            for (int target = first; target < last; target++)
            {
                double[] block = Between(target, step);
                for (int j = from; j < i; j++)
                    block.AsSpan(_cells[j] % width * width, width).CopyTo(_solved.AsSpan(j * columns + (target - first) * width));
            }
        }
    }

    private void Reduce(int columns, Span<double> mean, Span<double> variance)
    {
        TriangularRows.Solve(_matrix, Count, _solved, Count, columns);
        for (int i = 0; i < Count; i++)
        {
            ReadOnlySpan<double> own = _solved.AsSpan(i * columns, columns);
            DenseMatrix.AddScaled(mean, _whitened[i], own);
            for (int j = 0; j < variance.Length; j++)
                variance[j] -= own[j] * own[j];
        }
        for (int j = 0; j < variance.Length; j++)
            variance[j] = Math.Max(variance[j], 0);
    }

    private double PriorVariance(int variable)
    {
        double sum = 0;
        foreach (double[] shared in covariance.Shared)
            sum += shared[variable * covariance.Variables + variable];
        return sum;
    }

    private void Build(ReadOnlySpan<double> times, ReadOnlySpan<double> cells)
    {
        int width = covariance.Variables;
        _steps = times.Length;
        if (_times.Length < _steps)
            (_times, _cells) = (new double[_steps], new int[_steps * width]);
        times.CopyTo(_times);
        Count = 0;
        for (int i = 0; i < _steps * width; i++)
        {
            if (!double.IsNaN(cells[i]))
                _cells[Count++] = i;
        }
        if (_whitened.Length < Count)
        {
            (_whitened, _weights, _values) = (new double[Count], new double[Count], new double[Count]);
            _matrix = new double[Count * Count];
        }
        for (int i = 0; i < Count;)
        {
            int step = _cells[i] / width, from = i;
            while (i < Count && _cells[i] / width == step)
                i++;
            for (int j = from; j < Count;)
            {
                int other = _cells[j] / width, start = j;
                double[] block = Between(step, other);
                while (j < Count && _cells[j] / width == other)
                    j++;
                for (int row = from; row < i; row++)
                {
                    double[] matrix = _matrix;
                    int place = row * Count, variable = _cells[row] % width * width;
                    for (int column = start; column < j; column++)
                        matrix[place + column] = block[variable + _cells[column] % width];
                }
            }
        }
        for (int i = 0; i < Count; i++)
            _matrix[i * Count + i] += covariance.Noise[_cells[i] % width];
    }

    private double[] Between(int step, int other)
    {
        double distance = Math.Abs(_times[step] - _times[other]);
        if (_kept.TryGetValue(distance, out double[]? block))
            return block;
        if (_kept.Count >= MostKept)
        {
            covariance.Between(distance, _scratch);
            return _scratch;
        }
        block = new double[_scratch.Length];
        covariance.Between(distance, block);
        return _kept[distance] = block;
    }
}
