using Microsoft.ML.Diffusion.Core.Schedules;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Core.Solvers;

/// <summary>Annealed Langevin dynamics (Song and Ermon 2019, algorithm 1), the sampler of NCSN: at every level, from the noisiest on,
/// some steps
/// x + alpha / 2 score(x) + sqrt(alpha) z, of size alpha in proportion to the level's variance.</summary>
public sealed class LangevinSolver : Solver
{
    private readonly NoiseSchedule _schedule;
    private readonly int _stepsPerLevel;
    private readonly double _smallestStep;
    private float[] _epsilon = [];
    private float[] _noise = [];

    /// <summary>All levels of a schedule.</summary>
    /// <param name="schedule">The schedule the network was trained with: <see cref="NoiseScheduleKind.VarianceExploding"/>.</param>
    /// <param name="stepsPerLevel">T, at least 1; 100 in the paper.</param>
    /// <param name="smallestStep">alpha at the last level, above 0; 2e-5 in the paper, where the last level's noise has a deviation of
    /// 0.01.
    /// A step may at most be four times the level's variance, or it leads away.</param>
    /// <exception cref="ArgumentException">The schedule takes signal away.</exception>
    public LangevinSolver(NoiseSchedule schedule, int stepsPerLevel = 100, double smallestStep = 2e-5)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        ArgumentOutOfRangeException.ThrowIfLessThan(stepsPerLevel, 1);
        if (schedule.Kind != NoiseScheduleKind.VarianceExploding)
            throw new ArgumentException($"Annealed Langevin dynamics need a schedule that adds noise only, and this one is {schedule.Kind}.", nameof(schedule));
        double variance = schedule.Noise(1) * schedule.Noise(1);
        if (!(smallestStep > 0 && smallestStep < 4 * variance))
            throw new ArgumentOutOfRangeException(nameof(smallestStep), smallestStep, $"A step must be above 0 and below {4 * variance}.");
        (_schedule, _stepsPerLevel, _smallestStep) = (schedule, stepsPerLevel, smallestStep);
    }

    /// <inheritdoc/>
    public override int Calls => checked(_schedule.Steps * _stepsPerLevel);

    /// <inheritdoc/>
    public override void Sample(INoisePredictor network, Span<float> states, ulong seed = 0, ulong firstId = 0, CancellationToken cancel = default)
    {
        RefuseHalfRows(network, states.Length);
        Grow(ref _epsilon, states.Length);
        Grow(ref _noise, network.Width);
        Span<float> epsilon = _epsilon.AsSpan(0, states.Length), noise = _noise.AsSpan(0, network.Width);
        for (int level = _schedule.Steps; level >= 1; level--)
        {
            double ratio = _schedule.Noise(level) / _schedule.Noise(1), step = _smallestStep * ratio * ratio;
            // The score is minus the noise over its deviation.
            float drift = (float)(-step / 2 / _schedule.Noise(level)), size = (float)Math.Sqrt(step);
            for (int i = 0; i < _stepsPerLevel; i++)
            {
                cancel.ThrowIfCancellationRequested();
                network.Predict(states, level, epsilon);
                ulong number = (ulong)(level * (long)_stepsPerLevel + i);
                for (int start = 0; start < states.Length; start += noise.Length)
                {
                    new Philox(seed, firstId + (ulong)(start / noise.Length)).Fork(number).FillNormal(noise);
                    for (int j = 0; j < noise.Length; j++)
                        states[start + j] += drift * epsilon[start + j] + size * noise[j];
                }
            }
        }
    }
}
