using Microsoft.ML.Diffusion.Core.Schedules;
using Microsoft.ML.Diffusion.Core.Threading;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Privacy;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.TabDdpm;

/// <summary>Trains TabDDPM by private gradient descent (Abadi et al. 2016, algorithm 1): each row is in a step's sample by a throw of its
/// own, its gradient is shortened to a norm, and the sum over the sample gets normal noise.</summary>
/// <remarks>
/// What is drawn for a row (its noise level, its noise) belongs to the row and not to its place in a sample, so that a row more changes
/// nothing but its own share of the sum. Levels begin at 2: at level 1 the published loss asks the network for the row itself,
/// which <see cref="TabDdpmSampler"/> does not need here.
/// </remarks>
internal sealed class PrivateTabDdpmTrainer
{
    private readonly PrivateRows _rows;
    private readonly TabDdpmLoss _loss;
    private readonly TabDdpmSettings _settings;
    private readonly GradientNoise _privacy;
    private readonly NoiseSource _noise;
    private readonly TabDdpmDenoiser _denoiser;
    private readonly GradientProbes _probes = new();
    private readonly int _slots;

    /// <param name="rows">The rows.</param>
    /// <param name="schedule">The noise of the diffusion.</param>
    /// <param name="settings">The network, and how long it is trained.</param>
    /// <param name="privacy">The noise of gradients.</param>
    /// <param name="noise">Where all that is random comes from.</param>
    public PrivateTabDdpmTrainer(
        PrivateRows rows, NoiseSchedule schedule, TabDdpmSettings settings, GradientNoise privacy, NoiseSource noise)
    {
        (_rows, _settings, _privacy, _noise) = (rows, settings, privacy, noise);
        _loss = new TabDdpmLoss([.. rows.Encoder.Encoded], schedule);
        _slots = rows.Encoder.SlotCount;
        _denoiser = new TabDdpmDenoiser(_slots, rows.Labels.Count, settings.Widths, dropout: 0, new Philox(noise.Bits(), 0));
        // Before the first step its rows have independent columns, of the shares that were counted with noise.
        _denoiser.AnswerAlways(rows.Logits);
    }

    /// <summary>Trains.</summary>
    /// <param name="engine">Where to compute.</param>
    /// <param name="training">Who is told, and what ends it.</param>
    public TabDdpmDenoiser Train(TensorEngine engine, GenerationTraining training)
    {
        using Tape tape = engine.CreateTape(training: true);
        IReadOnlyList<Parameter> parameters = _denoiser.PrivateParameters();
        var loop = new TrainingLoop
        {
            Steps = _settings.Steps,
            LearningRate = _settings.LearningRate,
            Schedule = LearningRateSchedule.Linear(_settings.Steps),
            Clock = training.Clock,
            AverageDecay = TrainingLoop.Decay(_settings.AverageDecay, _settings.Steps),
        };
        loop.Run(engine, parameters, Step, training.Meter.Count, training.Meter, training.Cancel);
        return _denoiser;

        double Step(int step)
        {
            double loss = AddSum(tape, Sample());
            foreach (Parameter parameter in parameters)
                _noise.AddNormal(parameter.Gradient, _privacy.Multiplier * _privacy.ClippingNorm);
            return loss;
        }
    }

    /// <summary>The network.</summary>
    public TabDdpmDenoiser Denoiser => _denoiser;

    /// <summary>The rows of a step: each by a throw of its own.</summary>
    public int[] Sample()
    {
        List<int> sample = [];
        for (int row = 0; row < _rows.Rows.RowCount; row++)
        {
            if (_noise.Uniform() < _privacy.SamplingRate)
                sample.Add(row);
        }
        return [.. sample];
    }

    /// <summary>Adds the sum of the shortened gradients of some rows to those of the parameters, without noise.</summary>
    /// <returns>The mean loss.</returns>
    public double AddSum(Tape tape, int[] sample)
    {
        if (sample.Length == 0)
            return 0;
        var batch = new Batch(this, sample);
        double[] norms = new double[sample.Length];
        _probes.Clear();
        batch.Backward(tape, null, _probes);
        _probes.Norms(norms);
        // Only the norms were wanted.
        foreach (Parameter parameter in _denoiser.Parameters())
            parameter.ZeroGradient();
        return batch.Backward(tape, norms, probes: null);
    }

    /// <summary>The rows of a step with all that is drawn for them.</summary>
    private sealed class Batch
    {
        private readonly PrivateTabDdpmTrainer _trainer;
        private readonly int[] _sample;
        private readonly float[] _states;
        private readonly float[] _levels;
        private readonly int[] _classes;
        private readonly double[] _losses;

        public Batch(PrivateTabDdpmTrainer trainer, int[] sample)
        {
            (_trainer, _sample) = (trainer, sample);
            int slots = trainer._slots;
            _states = new float[sample.Length * slots];
            _levels = new float[sample.Length];
            _losses = new double[sample.Length];
            _classes = trainer._rows.Labels.Count > 0 ? [.. sample.Select(row => trainer._rows.Classes[row])] : [];
            ulong key = trainer._noise.Bits();
            ParallelLoop.Run(sample.Length, i =>
            {
                var random = new Philox(key, (ulong)sample[i]);
                int levels = trainer._loss.Levels;
                _levels[i] = Math.Min(levels, 2 + (int)(random.Uniform(0) * (levels - 1)));
                trainer._loss.Diffuse(
                    trainer._rows.Rows.Row(sample[i]), (int)_levels[i], noise: [], random.Fork(1), _states.AsSpan(i * slots, slots));
            });
        }

        /// <summary>Runs forwards and backwards.</summary>
        /// <param name="tape">The step.</param>
        /// <param name="norms">The norm of each row's gradient, which is shortened; null for gradients as they are.</param>
        /// <param name="probes">What learns the norms; null for nobody.</param>
        /// <returns>The mean loss.</returns>
        public double Backward(Tape tape, double[]? norms, GradientProbes? probes)
        {
            int width = _trainer._slots, rows = _sample.Length;
            tape.Reset();
            var shape = new Shape(rows, width);
            Tensor state = tape.Input(shape), slopes = tape.Input(shape);
            _states.CopyTo(state.Data);
            Tensor prediction = _trainer._denoiser.Forward(tape, state, _levels, _classes, probes: probes);
            ParallelLoop.Run(rows, i =>
            {
                Span<float> own = slopes.Data.Slice(i * width, width), said = prediction.Data.Slice(i * width, width);
                _losses[i] = _trainer._loss.Gradient(
                    _trainer._rows.Rows.Row(_sample[i]), (int)_levels[i], _states.AsSpan(i * width, width), noise: [], said, own);
                float factor = norms is null ? 1 : Shortening(norms[i]);
                foreach (ref float slope in own)
                    slope *= factor;
            });
            GivenSlopes.Backward(tape, prediction, slopes);
            return _losses.Average();
        }

        // A little more than needed, for the rounding of norms.
        private float Shortening(double norm) => (float)Math.Min(1, _trainer._privacy.ClippingNorm * (1 - 1e-4) / Math.Max(norm, 1e-30));
    }
}
