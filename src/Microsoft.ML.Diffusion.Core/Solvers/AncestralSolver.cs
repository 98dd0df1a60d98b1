using Microsoft.ML.Diffusion.Core.Schedules;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Core.Solvers;

/// <summary>Sampling with fresh noise at every step (Song, Meng and Ermon 2021, equation 12): with eta = 1 and all levels DDPM (Ho et al.
/// 2020).</summary>
public sealed class AncestralSolver : Solver
{
    private readonly NoiseStep[] _path;
    private float[] _epsilon = [];
    private float[] _noise = [];

    /// <summary>Evenly spread levels.</summary>
    /// <param name="schedule">The schedule the network was trained with; every level must hold a signal.</param>
    /// <param name="steps">The number of steps, 1..T.</param>
    /// <param name="eta">How much of the noise is fresh at every step, 0 to 1.</param>
    public AncestralSolver(NoiseSchedule schedule, int steps, double eta = 1) =>
        _path = NoiseStep.Of(schedule, ReverseProcess.Create(schedule, steps, eta));

    /// <inheritdoc/>
    public override int Calls => _path.Length;

    /// <inheritdoc/>
    public override void Sample(INoisePredictor network, Span<float> states, ulong seed = 0, ulong firstId = 0, CancellationToken cancel = default)
    {
        RefuseHalfRows(network, states.Length);
        Grow(ref _epsilon, states.Length);
        Grow(ref _noise, network.Width);
        Span<float> epsilon = _epsilon.AsSpan(0, states.Length), noise = _noise.AsSpan(0, network.Width);
        foreach (NoiseStep step in _path)
        {
            cancel.ThrowIfCancellationRequested();
            network.Predict(states, step.From, epsilon);
            for (int start = 0; start < states.Length; start += noise.Length)
            {
                new Philox(seed, firstId + (ulong)(start / noise.Length)).Fork((ulong)step.From).FillNormal(noise);
                for (int i = 0; i < noise.Length; i++)
                    states[start + i] = step.State * states[start + i] + step.Epsilon * epsilon[start + i] + step.Noise * noise[i];
            }
        }
    }
}
