using Microsoft.ML.Diffusion.Core.Schedules;
using Microsoft.ML.Diffusion.Core.Solvers;

namespace Microsoft.ML.Diffusion.Core.Tests.Solvers;

/// <summary>Knows the noise exactly: numbers are independent and normal, so E[epsilon | x_t] is linear.</summary>
internal sealed class GaussianNetwork(NoiseSchedule schedule, double[] means, double[] variances) : INoisePredictor
{
    public int Width => means.Length;

    public int Calls { get; private set; }

    public void Predict(ReadOnlySpan<float> states, int level, Span<float> epsilon)
    {
        Calls++;
        double signal = schedule.Signal(level), noise = schedule.Noise(level);
        for (int i = 0; i < states.Length; i++)
        {
            int column = i % means.Length;
            epsilon[i] = (float)(noise * (states[i] - signal * means[column]) / (signal * signal * variances[column] + noise * noise));
        }
    }

    /// <summary>Where the exact solution of the differential equation leads from noise.</summary>
    public double Solution(double noise, int column)
    {
        double signal = schedule.Signal(schedule.Steps), deviation = schedule.Noise(schedule.Steps), variance = variances[column];
        return means[column] + (noise - signal * means[column]) * Math.Sqrt(variance / (signal * signal * variance + deviation * deviation));
    }
}
