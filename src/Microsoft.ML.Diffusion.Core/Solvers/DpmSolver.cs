using Microsoft.ML.Diffusion.Core.Schedules;

namespace Microsoft.ML.Diffusion.Core.Solvers;

/// <summary>DPM-Solver++(2M) (Lu et al. 2022, algorithm 2): one call of the network a step; the data that the network predicts are
/// extrapolated from this step's and the last one's.</summary>
public sealed class DpmSolver : DeterministicSolver
{
    private readonly (float State, float Data, float Last, float Signal, float Noise)[] _factors;
    private float[] _data = [];
    private float[] _last = [];

    /// <summary>Evenly spread levels.</summary>
    /// <param name="schedule">The schedule the network was trained with; every level must hold a signal.</param>
    /// <param name="steps">The number of steps, 1..T.</param>
    public DpmSolver(NoiseSchedule schedule, int steps)
        : base(schedule, steps)
    {
        ReverseStep[] path = ReverseProcess.Ddim(schedule, steps);
        _factors = new (float, float, float, float, float)[path.Length];
        double LogRatio(int level) => Math.Log(schedule.Signal(level) / schedule.Noise(level));
        for (int i = 0; i < path.Length; i++)
        {
            ReverseStep step = path[i];
            // Half the ratio of this step to the last, in logarithms of signal to noise. The last step, to no noise at all, is infinitely
            // long and of first order.
            bool isFirstOrder = i == 0 || step.To == 0;
            double share = isFirstOrder ? 0 : 0.5 * (LogRatio(step.To) - LogRatio(step.From)) / (LogRatio(step.From) - LogRatio(path[i - 1].From));
            _factors[i] = ((float)step.State, (float)(step.Data * (1 + share)), (float)(-step.Data * share),
                (float)schedule.Signal(step.From), (float)schedule.Noise(step.From));
        }
    }

    /// <inheritdoc/>
    public override int Calls => Steps;

    /// <inheritdoc/>
    internal override void Step(INoisePredictor network, int index, ReadOnlySpan<float> from, Span<float> to)
    {
        Grow(ref _data, to.Length);
        Grow(ref _last, to.Length);
        (_data, _last) = (_last, _data);
        Span<float> data = _data.AsSpan(0, to.Length), last = _last.AsSpan(0, to.Length);
        var factors = _factors[index];
        network.Predict(from, Path[index].From, data);
        for (int i = 0; i < to.Length; i++)
        {
            data[i] = (from[i] - factors.Noise * data[i]) / factors.Signal;
            to[i] = factors.State * from[i] + factors.Data * data[i] + (factors.Last == 0 ? 0 : factors.Last * last[i]);
        }
    }
}
