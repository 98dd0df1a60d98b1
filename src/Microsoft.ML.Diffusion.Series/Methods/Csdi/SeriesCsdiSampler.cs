using Microsoft.ML.Diffusion.Core.Schedules;
using Microsoft.ML.Diffusion.Core.Solvers;
using Microsoft.ML.Diffusion.Models.Methods.Csdi;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Methods.Csdi;

// The process, not the folder of the baseline.
using GaussianProcess = Microsoft.ML.Diffusion.Core.Processes.GaussianProcess;

/// <summary>Draws the missing values of a window by the reverse process (Tashiro et al. 2021, algorithm 2): ancestral steps through all
/// levels, the observed values shown as they are.</summary>
internal sealed class SeriesCsdiSampler
{
    private readonly GaussianProcess _process;
    private readonly ReverseStep[] _steps;
    private readonly PredictNoise _predict;
    private readonly int _size;
    private readonly int _atOnce;

    /// <param name="schedule">The noise levels.</param>
    /// <param name="size">The values of a window, missing ones too.</param>
    /// <param name="atOnce">The values that the network is asked of at once.</param>
    /// <param name="predict">Predicts noise.</param>
    public SeriesCsdiSampler(NoiseSchedule schedule, int size, int atOnce, PredictNoise predict)
    {
        (_process, _size, _atOnce, _predict) = (new GaussianProcess(schedule), size, atOnce, predict);
        _steps = ReverseProcess.Ancestral(schedule);
    }

    /// <summary>Predicts the noise in the states of several draws of a window.</summary>
    /// <param name="states">The states, draw after draw.</param>
    /// <param name="level">Their noise level, 1..T.</param>
    /// <param name="noise">Receives the noise.</param>
    public delegate void PredictNoise(ReadOnlySpan<float> states, int level, Span<float> noise);

    /// <summary>What a network says of the noise in the missing values of a window.</summary>
    /// <param name="tape">For the network.</param>
    /// <param name="denoiser">The network.</param>
    /// <param name="process">The process.</param>
    /// <param name="values">The values of the window; those of missing ones do not matter.</param>
    /// <param name="known">1 where a value is observed, else 0.</param>
    /// <param name="sinusoids">What tells its steps apart.</param>
    public static PredictNoise Of(
        Tape tape, CsdiDenoiser denoiser, GaussianProcess process, float[] values, float[] known, float[] sinusoids) =>
        (states, level, noise) =>
        {
            tape.Reset();
            int draws = states.Length / values.Length;
            Tensor input = tape.Input(new Shape(states.Length, 2)), shown = tape.Input(new Shape(states.Length, 1));
            Tensor times = tape.Input(new Shape(draws * denoiser.Steps, CsdiDenoiser.TimeWidth));
            Span<float> inputs = input.Data;
            for (int i = 0; i < states.Length; i++)
            {
                int cell = i % values.Length;
                (inputs[2 * i], inputs[2 * i + 1]) = known[cell] != 0 ? (values[cell], 0f) : (0f, states[i]);
            }
            for (int draw = 0; draw < draws; draw++)
            {
                known.CopyTo(shown.Data[(draw * known.Length)..]);
                sinusoids.CopyTo(times.Data[(draw * sinusoids.Length)..]);
            }
            denoiser.Forward(tape, input, shown, process, [level], times: times).Data.CopyTo(noise);
        };

    /// <summary>Draws.</summary>
    /// <param name="randoms">The random stream of each draw.</param>
    /// <param name="cancel">Looked at before every step.</param>
    /// <returns>The values of each draw; those of observed cells mean nothing.</returns>
    public float[] Draw(ReadOnlySpan<Philox> randoms, CancellationToken cancel = default)
    {
        float[] all = new float[randoms.Length * _size];
        int atOnce = Math.Max(1, _atOnce / _size);
        for (int first = 0; first < randoms.Length; first += atOnce)
        {
            int count = Math.Min(atOnce, randoms.Length - first);
            Run(randoms.Slice(first, count), all.AsSpan(first * _size, count * _size), cancel);
        }
        return all;
    }

    private void Run(ReadOnlySpan<Philox> randoms, Span<float> states, CancellationToken cancel)
    {
        float[] epsilon = new float[states.Length], fresh = new float[_size];
        for (int draw = 0; draw < randoms.Length; draw++)
            randoms[draw].FillNormal(states.Slice(draw * _size, _size));
        for (int number = 0; number < _steps.Length; number++)
        {
            cancel.ThrowIfCancellationRequested();
            ReverseStep step = _steps[number];
            _predict(states, step.From, epsilon);
            for (int draw = 0; draw < randoms.Length; draw++)
            {
                randoms[draw].FillNormal(fresh, (ulong)((number + 1) * _size));
                Span<float> own = states.Slice(draw * _size, _size);
                for (int i = 0; i < own.Length; i++)
                {
                    double data = _process.DataFromEpsilon(own[i], epsilon[draw * _size + i], step.From);
                    own[i] = (float)(step.State * own[i] + step.Data * data + step.Noise * fresh[i]);
                }
            }
        }
    }
}
