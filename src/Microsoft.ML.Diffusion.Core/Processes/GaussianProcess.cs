using Microsoft.ML.Diffusion.Core.Schedules;

namespace Microsoft.ML.Diffusion.Core.Processes;

/// <summary>Diffusion of numbers: x_t = signal(t) * x_0 + noise(t) * epsilon, and the ways from what a network predicts back to
/// x_0.</summary>
public sealed class GaussianProcess
{
    private readonly double[] _size;

    /// <summary>The process that follows a schedule.</summary>
    /// <param name="schedule">Signal and noise of every level.</param>
    public GaussianProcess(NoiseSchedule schedule)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        Schedule = schedule;
        _size = new double[schedule.Steps + 1];
        for (int t = 0; t < _size.Length; t++)
            _size[t] = Math.Sqrt(schedule.Signal(t) * schedule.Signal(t) + schedule.Noise(t) * schedule.Noise(t));
    }

    /// <summary>Signal and noise of every level.</summary>
    public NoiseSchedule Schedule { get; }

    /// <summary>The deviation of x_t where that of x_0 is 1, by which a network's input is divided; 1 at every level when the
    /// schedule preserves variance.</summary>
    /// <param name="t">0..T.</param>
    public double Size(int t) => _size[t];

    /// <summary>x_t.</summary>
    /// <param name="data">x_0.</param>
    /// <param name="epsilon">Standard normal noise.</param>
    /// <param name="t">0..T.</param>
    public double Diffuse(double data, double epsilon, int t) => Schedule.Signal(t) * data + Schedule.Noise(t) * epsilon;

    /// <summary>x_0 from a prediction of the noise (Ho et al. 2020).</summary>
    /// <param name="state">x_t.</param>
    /// <param name="epsilon">The predicted noise.</param>
    /// <param name="t">1..T; there must be a signal left.</param>
    public double DataFromEpsilon(double state, double epsilon, int t) =>
        (state - Schedule.Noise(t) * epsilon) / Schedule.Signal(t);

    /// <summary>What a network that predicts the data's share is trained towards: (x_0 - signal * x_t) / noise, with x_t brought
    /// to size 1. This is minus the velocity of Salimans and Ho (2022); where there is no signal left it is x_0 itself, and
    /// it is of the data's size at every level.</summary>
    /// <param name="data">x_0.</param>
    /// <param name="state">x_t.</param>
    /// <param name="t">1..T.</param>
    public double NegativeVelocityFromData(double data, double state, int t) =>
        (data - Schedule.Signal(t) / _size[t] * (state / _size[t])) / (Schedule.Noise(t) / _size[t]);

    /// <summary>x_0 from a prediction of <see cref="NegativeVelocityFromData"/>.</summary>
    /// <param name="state">x_t.</param>
    /// <param name="negativeVelocity">The prediction.</param>
    /// <param name="t">1..T.</param>
    public double DataFromNegativeVelocity(double state, double negativeVelocity, int t) =>
        Schedule.Signal(t) / _size[t] * (state / _size[t]) + Schedule.Noise(t) / _size[t] * negativeVelocity;
}
