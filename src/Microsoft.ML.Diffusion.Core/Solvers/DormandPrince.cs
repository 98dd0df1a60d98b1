namespace Microsoft.ML.Diffusion.Core.Solvers;

/// <summary>Solves a <see cref="IRowEquation"/> by the method of Dormand and Prince (1980, "A family of embedded Runge-Kutta formulae"):
/// order 5, with the difference from order 4 as the estimated error. Every row takes steps of its own, so that its numbers do not depend on
/// the rows beside it.</summary>
internal sealed class DormandPrince
{
    private const int Stages = 7;

    // The usual way to choose the next step (Hairer, Norsett, Wanner 1993, section II.4).
    private const double Safety = 0.9, LeastFactor = 0.2, MostFactor = 10, FirstStep = 0.01;

    // A row that would need more steps takes what is left in one, whatever its error: a damaged network must not hold anybody up.
    private const int MostSteps = 300;

    // Where a step of this share of the way still leads to no number, a row ends.
    private const double LeastShare = 1e-9;

    private static readonly double[] s_times = [0, 1 / 5.0, 3 / 10.0, 4 / 5.0, 8 / 9.0, 1, 1];

    // Of each stage how much every slope before it counts; the last line is the result too.
    private static readonly double[][] s_weights =
    [
        [],
        [1 / 5.0],
        [3 / 40.0, 9 / 40.0],
        [44 / 45.0, -56 / 15.0, 32 / 9.0],
        [19372 / 6561.0, -25360 / 2187.0, 64448 / 6561.0, -212 / 729.0],
        [9017 / 3168.0, -355 / 33.0, 46732 / 5247.0, 49 / 176.0, -5103 / 18656.0],
        [35 / 384.0, 0, 500 / 1113.0, 125 / 192.0, -2187 / 6784.0, 11 / 84.0],
    ];

    // The result of order 5 less that of order 4.
    private static readonly double[] s_errors =
        [71 / 57600.0, 0, -71 / 16695.0, 71 / 1920.0, -17253 / 339200.0, 22 / 525.0, -1 / 40.0];

    private readonly IRowEquation _equation;
    private readonly double _tolerance;
    private readonly int _width;
    private readonly double[][] _slopes;
    private readonly double[] _stage;
    private readonly double[] _answers;
    private readonly double[] _times;
    private readonly double[] _stageTimes;
    private readonly double[] _steps;
    private readonly int[] _active;

    /// <param name="equation">The equation.</param>
    /// <param name="rows">The most rows that are solved at once.</param>
    /// <param name="tolerance">The error of a step that is accepted, absolute and relative to the state.</param>
    public DormandPrince(IRowEquation equation, int rows, double tolerance)
    {
        (_equation, _tolerance, _width) = (equation, tolerance, equation.Width);
        _slopes = [.. Enumerable.Range(0, Stages).Select(_ => new double[rows * _width])];
        (_stage, _answers) = (new double[rows * _width], new double[rows * _width]);
        (_times, _stageTimes, _steps, _active) = (new double[rows], new double[rows], new double[rows], new int[rows]);
    }

    /// <summary>Takes rows from one time to another.</summary>
    /// <param name="from">The time of all rows.</param>
    /// <param name="to">The time to which they are taken, before or after.</param>
    /// <param name="states">[rows, width]: where they are; receives where they come to.</param>
    /// <param name="cancel">Looked at in every step.</param>
    public void Solve(double from, double to, Span<double> states, CancellationToken cancel)
    {
        int rows = _width == 0 ? 0 : states.Length / _width, count = rows;
        for (int row = 0; row < rows; row++)
            (_active[row], _times[row], _steps[row]) = (row, from, FirstStep * (to - from));
        Ask(0, count, states);
        for (int step = 0; count > 0; step++)
        {
            cancel.ThrowIfCancellationRequested();
            foreach (int row in _active.AsSpan(0, count))
            {
                // The last step ends where the row is to come to.
                if (step >= MostSteps || Math.Abs(to - _times[row]) <= Math.Abs(_steps[row]))
                    _steps[row] = to - _times[row];
            }
            for (int stage = 1; stage < Stages; stage++)
                Ask(stage, count, states);
            int left = 0;
            foreach (int row in _active.AsSpan(0, count))
            {
                bool isThere = Advance(row, to, states, mustAccept: step >= MostSteps);
                if (!isThere)
                    _active[left++] = row;
            }
            count = left;
        }
    }

    /// <summary>Asks for the slopes of one stage of the active rows.</summary>
    private void Ask(int stage, int count, ReadOnlySpan<double> states)
    {
        ReadOnlySpan<int> active = _active.AsSpan(0, count);
        for (int n = 0; n < count; n++)
        {
            int first = active[n] * _width;
            _stageTimes[n] = _times[active[n]] + (s_times[stage] * _steps[active[n]]);
            for (int i = 0; i < _width; i++)
                _stage[(n * _width) + i] = At(stage, active[n], first + i, states);
        }
        _equation.Evaluate(
            active, _stageTimes.AsSpan(0, count), _stage.AsSpan(0, count * _width), _answers.AsSpan(0, count * _width));
        for (int n = 0; n < count; n++)
            _answers.AsSpan(n * _width, _width).CopyTo(_slopes[stage].AsSpan(active[n] * _width));
    }

    /// <summary>A number of a row where a stage looks.</summary>
    private double At(int stage, int row, int place, ReadOnlySpan<double> states)
    {
        double sum = 0;
        double[] weights = s_weights[stage];
        for (int i = 0; i < weights.Length; i++)
            sum += weights[i] * _slopes[i][place];
        return states[place] + (_steps[row] * sum);
    }

    /// <summary>Accepts a step whose error is small enough; whether the row has come to the end, or goes nowhere that is a
    /// number.</summary>
    private bool Advance(int row, double to, Span<double> states, bool mustAccept)
    {
        int first = row * _width;
        double squares = 0;
        for (int place = first; place < first + _width; place++)
        {
            double error = 0, after = At(Stages - 1, row, place, states);
            for (int i = 0; i < Stages; i++)
                error += s_errors[i] * _slopes[i][place];
            double allowed = _tolerance * (1 + Math.Max(Math.Abs(states[place]), Math.Abs(after)));
            squares += Math.Pow(_steps[row] * error / allowed, 2);
        }
        double size = Math.Sqrt(squares / _width);
        if (!double.IsFinite(size))
        {
            // Too far: a shorter step may find numbers.
            _steps[row] *= LeastFactor;
            return mustAccept || Math.Abs(_steps[row]) < LeastShare * Math.Abs(to - _times[row]);
        }
        double factor = Math.Clamp(Safety * Math.Pow(size, -0.2), LeastFactor, MostFactor);
        bool isAccepted = size <= 1 || mustAccept;
        bool isLast = isAccepted && _steps[row] == to - _times[row];
        if (isAccepted)
        {
            for (int place = first; place < first + _width; place++)
                states[place] = At(Stages - 1, row, place, states);
            _times[row] += _steps[row];
            // The slope at the end of this step is that at the start of the next.
            _slopes[Stages - 1].AsSpan(first, _width).CopyTo(_slopes[0].AsSpan(first));
        }
        _steps[row] *= isAccepted ? factor : Math.Min(1, factor);
        return isLast;
    }
}
