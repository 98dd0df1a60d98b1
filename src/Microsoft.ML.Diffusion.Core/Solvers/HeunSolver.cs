using Microsoft.ML.Diffusion.Core.Schedules;

namespace Microsoft.ML.Diffusion.Core.Solvers;

/// <summary>Heun's method (Karras et al. 2022, algorithm 1): every step but the last uses the mean of the noise at its start and at its
/// end,
/// two calls of the network.</summary>
/// <param name="schedule">The schedule the network was trained with; every level must hold a signal.</param>
/// <param name="steps">The number of steps, 1..T.</param>
public sealed class HeunSolver(NoiseSchedule schedule, int steps) : DeterministicSolver(schedule, steps)
{
    private float[] _first = [];
    private float[] _second = [];

    /// <inheritdoc/>
    public override int Calls => 2 * Steps - 1;

    /// <inheritdoc/>
    internal override void Step(INoisePredictor network, int index, ReadOnlySpan<float> from, Span<float> to)
    {
        NoiseStep step = Path[index];
        Grow(ref _first, to.Length);
        Grow(ref _second, to.Length);
        Span<float> first = _first.AsSpan(0, to.Length), second = _second.AsSpan(0, to.Length);
        network.Predict(from, step.From, first);
        for (int i = 0; i < to.Length; i++)
            to[i] = step.State * from[i] + step.Epsilon * first[i];
        if (step.To == 0)
            return;
        network.Predict(to, step.To, second);
        for (int i = 0; i < to.Length; i++)
            to[i] = step.State * from[i] + step.Epsilon * (0.5f * (first[i] + second[i]));
    }
}
