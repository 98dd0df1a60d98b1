using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Methods.Smoother;

/// <summary>A series drawn from a covariance, one step after another: every process is a chain in time.</summary>
internal sealed class PriorDraw
{
    private readonly SeriesCovariance _covariance;
    private readonly Philox _random;
    private readonly double[][] _states;
    private readonly double[][] _turned;
    private readonly float[] _normal;
    private readonly float[] _noise;
    private double _time = double.NaN;
    private ulong _step;

    /// <param name="covariance">The covariance.</param>
    /// <param name="random">Where the draw comes from.</param>
    public PriorDraw(SeriesCovariance covariance, Philox random)
    {
        (_covariance, _random) = (covariance, random);
        int size = covariance.Rank + covariance.Variables;
        _states = [.. covariance.Scales.Select(_ => new double[size])];
        _turned = [.. covariance.Scales.Select(_ => new double[size])];
        (_normal, _noise) = (new float[2 * size], new float[covariance.Variables]);
    }

    /// <summary>Draws a whole series.</summary>
    /// <param name="covariance">The covariance.</param>
    /// <param name="times">The time of each step.</param>
    /// <param name="random">Where the draw comes from.</param>
    /// <returns>The cells, step after step, noise included.</returns>
    public static double[] Of(SeriesCovariance covariance, double[] times, Philox random)
    {
        var draw = new PriorDraw(covariance, random);
        int width = covariance.Variables;
        double[] result = new double[times.Length * width];
        for (int t = 0; t < times.Length; t++)
            draw.Next(times[t], result.AsSpan(t * width, width));
        return result;
    }

    /// <summary>Draws the next step.</summary>
    /// <param name="time">Its time, after that of the step before.</param>
    /// <param name="cells">Receives its cells, noise included.</param>
    public void Next(double time, Span<double> cells)
    {
        cells.Clear();
        for (int k = 0; k < _covariance.Processes; k++)
        {
            Move(k, time - _time);
            int rank = _covariance.Rank;
            double[] state = _states[k];
            for (int v = 0; v < cells.Length; v++)
            {
                double sum = _covariance.Own[k][v] * state[rank + v];
                for (int r = 0; r < rank; r++)
                    sum += _covariance.Factors[k][v * rank + r] * state[r];
                cells[v] += sum;
            }
        }
        _random.Fork((ulong)_covariance.Processes).Fork(_step).FillNormal(_noise);
        for (int v = 0; v < cells.Length; v++)
            cells[v] += Math.Sqrt(_covariance.Noise[v]) * _noise[v];
        _time = time;
        _step++;
    }

    /// <summary>Takes a process on to a later time; it begins where the distance is not a number.</summary>
    private void Move(int process, double distance)
    {
        double scale = _covariance.Scales[process];
        bool begins = double.IsNaN(distance), turns = _covariance.Period > 0 && process == _covariance.Processes - 1;
        double kept = begins ? 0 : double.IsPositiveInfinity(scale) ? 1 : Math.Exp(-distance / scale);
        double fresh = Math.Sqrt(Math.Max(0, 1 - kept * kept));
        if (fresh > 0)
            _random.Fork((ulong)process).Fork(_step).FillNormal(_normal);
        (double sine, double cosine) = Math.SinCos(turns && !begins ? 2 * Math.PI * distance / _covariance.Period : 0);
        double[] state = _states[process], turned = _turned[process];
        for (int i = 0; i < state.Length; i++)
        {
            (double x, double y) = (state[i], turned[i]);
            state[i] = kept * (cosine * x - sine * y) + fresh * _normal[i];
            turned[i] = turns ? kept * (sine * x + cosine * y) + fresh * _normal[state.Length + i] : 0;
        }
    }
}
