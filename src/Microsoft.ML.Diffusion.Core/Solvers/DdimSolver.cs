using Microsoft.ML.Diffusion.Core.Schedules;

namespace Microsoft.ML.Diffusion.Core.Solvers;

/// <summary>DDIM (Song, Meng and Ermon 2021, equation 12 with eta = 0): one call of the network a step, and a way back from rows to the
/// noise
/// they come from.</summary>
public sealed class DdimSolver : DeterministicSolver
{
    private readonly List<AndersonAcceleration> _solvers = [];
    private float[] _epsilon = [];
    private float[] _candidates = [];
    private bool[] _isSolved = [];

    /// <summary>Evenly spread levels.</summary>
    /// <param name="schedule">The schedule the network was trained with; every level must hold a signal.</param>
    /// <param name="steps">The number of steps, 1..T.</param>
    public DdimSolver(NoiseSchedule schedule, int steps)
        : base(schedule, steps)
    {
    }

    /// <summary>Any levels.</summary>
    /// <param name="schedule">The schedule the network was trained with; every level must hold a signal.</param>
    /// <param name="levels">From the noisiest down to 0, at least two.</param>
    public DdimSolver(NoiseSchedule schedule, ReadOnlySpan<int> levels)
        : base(NoiseStep.Of(schedule, ReverseProcess.Create(schedule, levels, eta: 0)))
    {
    }

    /// <inheritdoc/>
    public override int Calls => Steps;

    /// <summary>Replaces rows by the noise that <see cref="DeterministicSolver.Sample"/> turns into them.</summary>
    /// <remarks>Each step is solved for where it came from, not stepped over with the network's answer at its end, so that the way there
    /// and
    /// back ends where it started. The equation is a fixed point, found with <see cref="AndersonAcceleration"/>.</remarks>
    /// <param name="network">Tells the noise.</param>
    /// <param name="states">x_0, row after row; receives x_T.</param>
    /// <param name="tolerance">The largest change of a number in the last iteration of a step.</param>
    /// <param name="iterations">The most calls of the network a step.</param>
    /// <param name="cancel">Looked at before every call of the network.</param>
    /// <returns>Whether every row's every step reached the tolerance.</returns>
    public bool Invert(INoisePredictor network, Span<float> states, float tolerance = 1e-6f, int iterations = 50, CancellationToken cancel = default)
    {
        RefuseHalfRows(network, states.Length);
        int width = network.Width, rows = states.Length / width;
        Grow(ref _epsilon, states.Length);
        Grow(ref _candidates, states.Length);
        if (_isSolved.Length < rows)
            _isSolved = new bool[rows];
        while (_solvers.Count < rows || (rows > 0 && _solvers[0].Length != width))
        {
            if (_solvers.Count > 0 && _solvers[0].Length != width)
                _solvers.Clear();
            _solvers.Add(new AndersonAcceleration(width, memory: 5));
        }
        bool isSolved = true;
        for (int step = Steps - 1; step >= 0; step--)
            isSolved &= Invert(network, Path[step], states, width, tolerance, iterations, cancel);
        return isSolved;
    }

    /// <summary>Finds x_from with x_to = State x_from + Epsilon epsilon(x_from).</summary>
    private bool Invert(
        INoisePredictor network, NoiseStep step, Span<float> states, int width, float tolerance, int iterations, CancellationToken cancel)
    {
        int rows = states.Length / width, left = rows;
        Span<float> epsilon = _epsilon.AsSpan(0, states.Length), from = _candidates.AsSpan(0, states.Length);
        for (int i = 0; i < from.Length; i++)
            from[i] = states[i] / step.State;
        Span<bool> isSolved = _isSolved.AsSpan(0, rows);
        isSolved.Clear();
        for (int row = 0; row < rows; row++)
            _solvers[row].Restart();
        for (int iteration = 0; iteration < iterations && left > 0; iteration++)
        {
            cancel.ThrowIfCancellationRequested();
            network.Predict(from, step.From, epsilon);
            for (int row = 0; row < rows; row++)
            {
                if (isSolved[row])
                    continue;
                Span<float> own = from.Slice(row * width, width), mapped = epsilon.Slice(row * width, width);
                float change = 0;
                for (int i = 0; i < width; i++)
                {
                    mapped[i] = (states[row * width + i] - step.Epsilon * mapped[i]) / step.State;
                    change = Math.Max(change, Math.Abs(mapped[i] - own[i]));
                }
                isSolved[row] = change <= tolerance;
                left -= isSolved[row] ? 1 : 0;
                if (isSolved[row])
                    mapped.CopyTo(own);
                else
                    _solvers[row].Next(own, mapped, own);
            }
        }
        from.CopyTo(states);
        return left == 0;
    }

    /// <inheritdoc/>
    internal override void Step(INoisePredictor network, int index, ReadOnlySpan<float> from, Span<float> to)
    {
        NoiseStep step = Path[index];
        network.Predict(from, step.From, to);
        for (int i = 0; i < to.Length; i++)
            to[i] = step.State * from[i] + step.Epsilon * to[i];
    }
}
