namespace Microsoft.ML.Trainers.Learner;

/// <summary>
/// Minimises a smooth function plus an L1 norm: limited-memory BFGS, held within the orthant that the steepest descent
/// points into (Andrew and Gao, "Scalable training of L1-regularized log-linear models", ICML 2007).
/// </summary>
internal sealed class OrthantWiseLbfgs
{
    /// <summary>The smooth part: its value, and its gradient into the span.</summary>
    public delegate double Function(ReadOnlySpan<double> point, Span<double> gradient);

    private const double SufficientDecrease = 1e-4;

    private readonly List<(double[] Step, double[] Change, double Curvature)> _history = [];

    public int HistorySize { get; init; } = 20;

    public int MaximumIterations { get; init; } = 1000;

    /// <summary>Stops when an iteration lowers the value by less than this share of it.</summary>
    public double Tolerance { get; init; } = 1e-7;

    /// <param name="l1">The weight of every coordinate's absolute value.</param>
    /// <returns>The minimiser, starting from zero.</returns>
    public double[] Minimize(Function smooth, double[] l1)
    {
        int size = l1.Length;
        double[] point = new double[size], gradient = new double[size], descent = new double[size];
        double[] nextPoint = new double[size], nextGradient = new double[size], direction = new double[size];
        double value = smooth(point, gradient) + Norm(point, l1);
        _history.Clear();

        for (int iteration = 0; iteration < MaximumIterations; iteration++)
        {
            SteepestDescent(point, gradient, l1, descent);
            double steepness = Dot(descent, descent);
            if (steepness == 0)
                break;
            Precondition(descent, direction);
            for (int i = 0; i < size; i++)
            {
                if (l1[i] > 0 && direction[i] * descent[i] <= 0)
                    direction[i] = 0;
            }
            double slope = Dot(direction, descent);
            if (!(slope > 0))
            {
                _history.Clear();
                descent.CopyTo(direction, 0);
                slope = steepness;
            }

            double step = _history.Count == 0 ? 1 / Math.Max(1, Math.Sqrt(steepness)) : 1;
            double nextValue;
            while (true)
            {
                Move(point, direction, step, descent, l1, nextPoint);
                nextValue = smooth(nextPoint, nextGradient) + Norm(nextPoint, l1);
                if (nextValue <= value - SufficientDecrease * step * slope || step < 1e-12)
                    break;
                step *= 0.5;
            }
            if (!(nextValue < value))
                break;
            Remember(point, gradient, nextPoint, nextGradient);
            double improvement = (value - nextValue) / Math.Max(1, Math.Abs(nextValue));
            (point, nextPoint) = (nextPoint, point);
            (gradient, nextGradient) = (nextGradient, gradient);
            value = nextValue;
            if (improvement < Tolerance)
                break;
        }
        return point;
    }

    // The negative of the subgradient that is smallest; zero where the L1 norm holds a coordinate at zero.
    private static void SteepestDescent(double[] point, double[] gradient, double[] l1, double[] descent)
    {
        for (int i = 0; i < point.Length; i++)
        {
            descent[i] = point[i] > 0 ? -(gradient[i] + l1[i])
                : point[i] < 0 ? -(gradient[i] - l1[i])
                : gradient[i] + l1[i] < 0 ? -(gradient[i] + l1[i])
                : gradient[i] - l1[i] > 0 ? -(gradient[i] - l1[i])
                : 0;
        }
    }

    private static void Move(double[] point, double[] direction, double step, double[] descent, double[] l1, double[] next)
    {
        for (int i = 0; i < point.Length; i++)
        {
            next[i] = point[i] + step * direction[i];
            double orthant = point[i] != 0 ? point[i] : descent[i];
            if (l1[i] > 0 && next[i] * orthant < 0)
                next[i] = 0;
        }
    }

    // The two-loop recursion (Nocedal and Wright, Numerical Optimization, algorithm 7.4).
    private void Precondition(double[] descent, double[] direction)
    {
        descent.CopyTo(direction, 0);
        var along = new double[_history.Count];
        for (int k = _history.Count - 1; k >= 0; k--)
        {
            along[k] = Dot(_history[k].Step, direction) / _history[k].Curvature;
            AddScaled(direction, -along[k], _history[k].Change);
        }
        if (_history.Count > 0)
        {
            double scale = _history[^1].Curvature / Dot(_history[^1].Change, _history[^1].Change);
            for (int i = 0; i < direction.Length; i++)
                direction[i] *= scale;
        }
        for (int k = 0; k < _history.Count; k++)
            AddScaled(direction, along[k] - Dot(_history[k].Change, direction) / _history[k].Curvature, _history[k].Step);
    }

    private void Remember(double[] point, double[] gradient, double[] nextPoint, double[] nextGradient)
    {
        double[] step = nextPoint.Zip(point, (after, before) => after - before).ToArray();
        double[] change = nextGradient.Zip(gradient, (after, before) => after - before).ToArray();
        double curvature = Dot(step, change);
        if (curvature <= 1e-12 * Math.Sqrt(Dot(step, step) * Dot(change, change)))
            return;
        if (_history.Count == HistorySize)
            _history.RemoveAt(0);
        _history.Add((step, change, curvature));
    }

    private static double Norm(double[] point, double[] l1)
    {
        double sum = 0;
        for (int i = 0; i < point.Length; i++)
            sum += l1[i] * Math.Abs(point[i]);
        return sum;
    }

    private static double Dot(double[] first, double[] second)
    {
        double sum = 0;
        for (int i = 0; i < first.Length; i++)
            sum += first[i] * second[i];
        return sum;
    }

    private static void AddScaled(double[] to, double factor, double[] added)
    {
        for (int i = 0; i < to.Length; i++)
            to[i] += factor * added[i];
    }
}
