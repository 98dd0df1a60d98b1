using Microsoft.ML.Diffusion.Core.Schedules;

namespace Microsoft.ML.Diffusion.Core.Solvers;

/// <summary>A solver of the ordinary differential equation that leads from noise to data without adding any (Song et al. 2021, section
/// 4.3).</summary>
public abstract class DeterministicSolver : Solver
{
    private float[] _next = [];

    private protected DeterministicSolver(NoiseSchedule schedule, int steps)
        : this(NoiseStep.Of(schedule, ReverseProcess.Ddim(schedule, steps)))
    {
    }

    private protected DeterministicSolver(NoiseStep[] path) => Path = path;

    /// <summary>The DDIM step between each pair of levels, on which every solver builds.</summary>
    private protected NoiseStep[] Path { get; }

    /// <summary>The number of steps.</summary>
    public int Steps => Path.Length;

    /// <inheritdoc/>
    public override void Sample(INoisePredictor network, Span<float> states, ulong seed = 0, ulong firstId = 0, CancellationToken cancel = default)
    {
        RefuseHalfRows(network, states.Length);
        Grow(ref _next, states.Length);
        Span<float> next = _next.AsSpan(0, states.Length);
        for (int i = 0; i < Steps; i++)
        {
            cancel.ThrowIfCancellationRequested();
            Step(network, i, states, next);
            next.CopyTo(states);
        }
    }

    /// <summary>One step.</summary>
    /// <param name="network">Tells the noise.</param>
    /// <param name="index">Which step; a solver that remembers earlier ones is called in order from 0.</param>
    /// <param name="from">Rows at the level the step starts from.</param>
    /// <param name="to">Receives them at the level it leads to; other memory than <paramref name="from"/>.</param>
    internal abstract void Step(INoisePredictor network, int index, ReadOnlySpan<float> from, Span<float> to);

    private protected static NoiseStep[] PathOf(DeterministicSolver other) => other.Path;
}
