using System.Runtime.InteropServices;
using Microsoft.ML.Diffusion.Core.Schedules;

namespace Microsoft.ML.Diffusion.Core.Solvers;

/// <summary>A <see cref="ReverseStep"/> in terms of the noise that a network predicts: x_to = State * x_from + Epsilon * epsilon + Noise *
/// z.</summary>
/// <param name="From">The level it starts from, 1..T.</param>
/// <param name="To">The level it leads to.</param>
/// <param name="State">Factor of x at level <paramref name="From"/>.</param>
/// <param name="Epsilon">Factor of the predicted noise.</param>
/// <param name="Noise">Standard deviation of the noise that is added.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct NoiseStep(int From, int To, float State, float Epsilon, float Noise)
{
    /// <summary>The steps of a path, from the noise that x_0 = (x_t - noise epsilon) / signal leaves.</summary>
    /// <exception cref="ArgumentException">At some level no signal is left, so that nothing can be told from the noise.</exception>
    public static NoiseStep[] Of(NoiseSchedule schedule, ReverseStep[] path)
    {
        NoiseStep[] steps = new NoiseStep[path.Length];
        for (int i = 0; i < path.Length; i++)
        {
            ReverseStep step = path[i];
            double signal = schedule.Signal(step.From);
            if (!(signal > 0))
                throw new ArgumentException($"Level {step.From} holds no signal, and a network that predicts noise needs one.", nameof(schedule));
            double data = step.Data / signal;
            steps[i] = new NoiseStep(step.From, step.To, (float)(step.State + data), (float)(-data * schedule.Noise(step.From)), (float)step.Noise);
        }
        return steps;
    }
}
