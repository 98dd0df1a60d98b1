using Microsoft.ML.Diffusion.Core.Schedules;

namespace Microsoft.ML.Diffusion.Core.Solvers;

/// <summary>The steps from noise back to data.</summary>
/// <remarks>
/// The family of Song, Meng and Ermon (2021), equation 12, written for any signal and noise: with eta = 1 every step
/// draws from q(x_to | x_from, x_0), which is ancestral sampling (DDPM, Ho et al. 2020) when no level is left out; with
/// eta = 0 it is deterministic (DDIM).
/// </remarks>
public static class ReverseProcess
{
    /// <summary>Ancestral sampling through all levels (DDPM).</summary>
    /// <param name="schedule">The schedule the denoiser was trained with.</param>
    public static ReverseStep[] Ancestral(NoiseSchedule schedule)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        return Create(schedule, schedule.Steps, eta: 1);
    }

    /// <summary>Deterministic sampling (DDIM).</summary>
    /// <param name="schedule">The schedule the denoiser was trained with.</param>
    /// <param name="steps">The number of steps, 1..T.</param>
    public static ReverseStep[] Ddim(NoiseSchedule schedule, int steps) => Create(schedule, steps, eta: 0);

    /// <summary>Steps at evenly spread levels from T to 0.</summary>
    /// <param name="schedule">The schedule the denoiser was trained with.</param>
    /// <param name="steps">The number of steps, 1..T.</param>
    /// <param name="eta">How much of the noise is fresh at every step, 0 to 1.</param>
    public static ReverseStep[] Create(NoiseSchedule schedule, int steps, double eta)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(steps, schedule.Steps);
        ArgumentOutOfRangeException.ThrowIfNegative(eta);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(eta, 1);

        ReverseStep[] path = new ReverseStep[steps];
        for (int i = 0; i < steps; i++)
            path[i] = Step(schedule, Level(schedule.Steps, steps, i), Level(schedule.Steps, steps, i + 1), eta);
        return path;
    }

    /// <summary>Steps between any levels.</summary>
    /// <param name="schedule">The schedule the denoiser was trained with.</param>
    /// <param name="levels">Falling levels, at least two, the first at most T and the last 0.</param>
    /// <param name="eta">How much of the noise is fresh at every step, 0 to 1.</param>
    /// <exception cref="ArgumentException">The levels do not fall from T or below to 0.</exception>
    public static ReverseStep[] Create(NoiseSchedule schedule, ReadOnlySpan<int> levels, double eta)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        ArgumentOutOfRangeException.ThrowIfNegative(eta);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(eta, 1);
        if (levels.Length < 2 || levels[0] > schedule.Steps || levels[^1] != 0)
            throw new ArgumentException($"Levels must fall from {schedule.Steps} or below to 0.", nameof(levels));
        ReverseStep[] path = new ReverseStep[levels.Length - 1];
        for (int i = 0; i < path.Length; i++)
        {
            if (levels[i + 1] >= levels[i])
                throw new ArgumentException($"Level {levels[i + 1]} follows {levels[i]}; levels must fall.", nameof(levels));
            path[i] = Step(schedule, levels[i], levels[i + 1], eta);
        }
        return path;
    }

    private static int Level(int levels, int steps, int i) => (int)Math.Round((double)levels * (steps - i) / steps);

    private static ReverseStep Step(NoiseSchedule schedule, int from, int to, double eta)
    {
        double noiseFrom = schedule.Noise(from), noiseTo = schedule.Noise(to);
        double kept = schedule.Signal(from) / schedule.Signal(to);
        // The variance of q(x_to | x_from, x_0).
        double share = noiseTo / noiseFrom;
        double posterior = share * share * (noiseFrom * noiseFrom - kept * kept * noiseTo * noiseTo);
        double variance = eta * eta * Math.Max(0, posterior);
        double state = Math.Sqrt(Math.Max(0, noiseTo * noiseTo - variance)) / noiseFrom;
        return new ReverseStep(from, to, state, schedule.Signal(to) - schedule.Signal(from) * state, Math.Sqrt(variance));
    }
}
