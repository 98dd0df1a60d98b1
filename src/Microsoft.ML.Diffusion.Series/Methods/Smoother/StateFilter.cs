using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Microsoft.ML.Diffusion.Models.Prediction;

namespace Microsoft.ML.Diffusion.Series.Methods.Smoother;

/// <summary>The cells of a step, given what was observed up to it: exact conditional means and variances of a normal distribution, one step
/// after another (the filter of Kalman 1960, in the form of Särkkä 2013, chapter 4). Time and memory of a step do not depend on how many
/// steps there were.</summary>
/// <remarks>
/// Every process of a <see cref="SeriesCovariance"/> is a chain in time, x' = f x + e with f = exp(-distance / scale) and
/// Cov(e) = (1 - f^2) B, so that all of them at one time are the whole state. A process with a period is two such chains that turn into
/// each other. The covariance of the state is kept as the rows of its lower triangle.
/// </remarks>
internal sealed class StateFilter
{
    private readonly SeriesCovariance _covariance;
    private readonly int _width;
    private readonly int _size;
    private readonly bool _turns;
    private readonly double[] _means;
    private readonly double[] _rows;
    private readonly double[] _gains;
    private readonly double[] _kept;
    private double _time = double.NaN;

    /// <param name="covariance">The covariance of the cells of a series.</param>
    public StateFilter(SeriesCovariance covariance)
    {
        (_covariance, _width, _turns) = (covariance, covariance.Variables, covariance.Period > 0);
        _size = (covariance.Processes + (_turns ? 1 : 0)) * _width;
        _means = new double[_size];
        _gains = new double[_size];
        _rows = new double[_size * (_size + 1) / 2];
        _kept = new double[covariance.Processes + 1];
        for (int k = 0; k < _size / _width; k++)
            AddFresh(k, 1);
    }

    /// <summary>Adds a step.</summary>
    /// <param name="time">Its time, after that of the step before.</param>
    /// <param name="cells">Its cells, numbers of mean 0; NaN is missing.</param>
    /// <param name="means">Receives the mean of every cell, observed ones without their noise.</param>
    /// <param name="variances">Receives the variances, without noise; empty where they are not wanted.</param>
    public void Append(double time, ReadOnlySpan<double> cells, Span<double> means, Span<double> variances)
    {
        if (!double.IsNaN(_time))
            Move(time - _time);
        _time = time;
        for (int v = 0; v < _width; v++)
        {
            if (!double.IsNaN(cells[v]))
                Observe(v, cells[v]);
        }
        for (int v = 0; v < _width; v++)
        {
            means[v] = Mean(v);
            if (!variances.IsEmpty)
                variances[v] = Variance(v);
        }
    }

    /// <summary>Takes the state on to a later time.</summary>
    private void Move(double distance)
    {
        int processes = _covariance.Processes;
        for (int k = 0; k < processes; k++)
        {
            double scale = _covariance.Scales[k];
            _kept[k] = double.IsPositiveInfinity(scale) ? 1 : Math.Exp(-distance / scale);
        }
        _kept[processes] = _kept[processes - 1];
        for (int i = 0; i < _size; i++)
        {
            double own = _kept[i / _width];
            _means[i] *= own;
            Span<double> row = Row(i);
            for (int from = 0, k = 0; from <= i; from += _width, k++)
                Scale(row[from..Math.Min(from + _width, i + 1)], own * _kept[k]);
        }
        if (_turns)
            Turn(2 * Math.PI * distance / _covariance.Period);
        for (int k = 0; k < _size / _width; k++)
        {
            if (_kept[k] != 1)
                AddFresh(k, 1 - _kept[k] * _kept[k]);
        }
    }

    /// <summary>Turns the last two chains into each other.</summary>
    private void Turn(double angle)
    {
        (double sine, double cosine) = Math.SinCos(angle);
        int first = _size - 2 * _width, second = _size - _width;
        for (int i = 0; i < _width; i++)
        {
            (double x, double y) = (_means[first + i], _means[second + i]);
            (_means[first + i], _means[second + i]) = (cosine * x - sine * y, sine * x + cosine * y);
            Span<double> ofX = Row(first + i), ofY = Row(second + i);
            for (int j = 0; j < first; j++)
                (ofX[j], ofY[j]) = (cosine * ofX[j] - sine * ofY[j], sine * ofX[j] + cosine * ofY[j]);
        }
        for (int i = 0; i < _width; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                ref double xx = ref Row(first + i)[first + j], yy = ref Row(second + i)[second + j];
                ref double yx = ref Row(second + i)[first + j], xy = ref Row(second + j)[first + i];
                (double a, double b, double c, double d) = (xx, yy, yx, xy);
                xx = cosine * cosine * a - cosine * sine * (c + d) + sine * sine * b;
                yy = sine * sine * a + cosine * sine * (c + d) + cosine * cosine * b;
                yx = sine * cosine * (a - b) + cosine * cosine * c - sine * sine * d;
                xy = sine * cosine * (a - b) + cosine * cosine * d - sine * sine * c;
            }
        }
    }

    /// <summary>Adds a part of the covariance of a process to that of a chain.</summary>
    private void AddFresh(int chain, double part)
    {
        double[] shared = _covariance.Shared[Math.Min(chain, _covariance.Processes - 1)];
        for (int v = 0; v < _width; v++)
            DenseMatrix.AddScaled(Row(chain * _width + v).Slice(chain * _width, v + 1), part, shared.AsSpan(v * _width, v + 1));
    }

    /// <summary>Takes an observed cell into account.</summary>
    private void Observe(int variable, double value)
    {
        Array.Clear(_gains);
        double variance = _covariance.Noise[variable];
        for (int k = 0; k < _covariance.Processes; k++)
        {
            int place = k * _width + variable;
            DenseMatrix.AddScaled(_gains.AsSpan(0, place + 1), 1, Row(place));
            for (int i = place + 1; i < _size; i++)
                _gains[i] += _rows[i * (i + 1) / 2 + place];
        }
        double ofMean = 0;
        for (int k = 0; k < _covariance.Processes; k++)
            ofMean += _gains[k * _width + variable];
        variance += Math.Max(0, ofMean);
        double surprise = (value - Mean(variable)) / variance;
        DenseMatrix.AddScaled(_means, surprise, _gains);
        for (int i = 0; i < _size; i++)
            DenseMatrix.AddScaled(Row(i), -_gains[i] / variance, _gains.AsSpan(0, i + 1));
    }

    private double Mean(int variable)
    {
        double sum = 0;
        for (int k = 0; k < _covariance.Processes; k++)
            sum += _means[k * _width + variable];
        return sum;
    }

    private double Variance(int variable)
    {
        double sum = 0;
        for (int k = 0; k < _covariance.Processes; k++)
        {
            ReadOnlySpan<double> row = Row(k * _width + variable);
            for (int other = 0; other < k; other++)
                sum += 2 * row[other * _width + variable];
            sum += row[^1];
        }
        return Math.Max(sum, 0);
    }

    private Span<double> Row(int i) => _rows.AsSpan(i * (i + 1) / 2, i + 1);

    private static void Scale(Span<double> numbers, double factor)
    {
        ref double first = ref MemoryMarshal.GetReference(numbers);
        int i = 0;
        for (; i <= numbers.Length - Vector512<double>.Count; i += Vector512<double>.Count)
            (Vector512.LoadUnsafe(ref first, (nuint)i) * factor).StoreUnsafe(ref first, (nuint)i);
        for (; i < numbers.Length; i++)
            numbers[i] *= factor;
    }
}
