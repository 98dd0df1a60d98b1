using Microsoft.ML.Diffusion.Core.Ranks;
using Microsoft.ML.Diffusion.Core.Schedules;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.MedDiff;

/// <summary>Trains MedDiff's networks (He et al. 2023, section 3) at t uniform in 1..T: the squared error of the velocity, or of the
/// noise, averaged
/// over numbers, and beside it the cross-entropy of a classifier of the same noisy rows where one is to guide.</summary>
internal sealed class MedDiffTrainer
{
    private readonly NoiseSchedule _schedule;
    private readonly MedDiffSettings _settings;
    private readonly Philox _random;
    private readonly int _classCount;
    private readonly float[] _levels;
    private readonly float[] _drops;
    private readonly int[] _told;
    private readonly int[] _classes;
    private readonly float[] _noise;
    private readonly float[] _own;

    public MedDiffTrainer(int slots, int classes, NoiseSchedule schedule, MedDiffSettings settings, Philox random)
    {
        (_schedule, _settings, _random, _classCount) = (schedule, settings, random, classes);
        bool isTold = classes > 0 && settings.Guidance == LabelGuidance.ClassifierFree;
        // One class more than there are stands for any.
        Denoiser = new UNet1dDenoiser(slots, isTold ? classes + 1 : 0, settings.Channels, random.Fork(0));
        if (classes > 0 && !isTold)
            Classifier = new NoisyClassifier(slots, classes, MedDiffSettings.ClassifierWidth, random.Fork(3));
        _levels = new float[settings.BatchSize];
        _drops = new float[settings.BatchSize];
        _classes = new int[classes > 0 ? settings.BatchSize : 0];
        _told = new int[isTold ? settings.BatchSize : 0];
        _noise = new float[slots];
        _own = new float[slots];
    }

    /// <summary>The network.</summary>
    public UNet1dDenoiser Denoiser { get; }

    /// <summary>The classifier; null where none guides.</summary>
    public NoisyClassifier? Classifier { get; }

    /// <summary>Trains.</summary>
    /// <param name="rows">Rows of numbers, -1 and 1 or of size one.</param>
    /// <param name="labels">The class of each row; empty where there are none.</param>
    /// <param name="engine">Where to compute.</param>
    /// <param name="training">Who is told, with whom, and what ends it.</param>
    public void Train(RecordRows rows, int[] labels, TensorEngine engine, GenerationTraining training)
    {
        using Tape tape = engine.CreateTape(training: true);
        Parameter[] parameters = [.. Denoiser.Parameters(), .. Classifier?.Parameters() ?? []];
        var order = new RowOrder(rows.RowCount, _random.Fork(1));
        Philox steps = _random.Fork(2);
        var loop = new TrainingLoop
        {
            Steps = _settings.Steps,
            LearningRate = _settings.LearningRate,
            Schedule = LearningRateSchedule.Linear(_settings.Steps),
            Optimizer = new AdamOptions { MaxGradientNorm = 1 },
            Clock = training.Clock,
            AverageDecay = TrainingLoop.Decay(_settings.AverageDecay, _settings.Steps),
            Checkpoint = training.Checkpoint,
            Exchange = training.Exchange,
        };
        if (training.Exchange is not { } exchange)
        {
            loop.Run(
                engine, parameters, step => RowsOf(step, 0, _settings.BatchSize), training.Meter.Count, training.Meter, training.Cancel);
            return;
        }

        var shared = new SharedGradient(exchange, parameters, _settings.BatchSize);
        loop.Run(
            engine, parameters, step => shared.Compute((first, count) => RowsOf(step, first, count).Data[0]), training.Meter.Count,
            training.Meter, training.Cancel);
        training.Meter.Say(shared.Summary());

        Tensor RowsOf(int step, int first, int count)
        {
            order.Seek(((long)step * _settings.BatchSize) + first);
            return Step(tape, rows, labels, order, steps.Fork((ulong)step), first, count);
        }
    }

    /// <summary>Adds the gradient of some rows of a batch: what is random depends on the row's place in the batch.</summary>
    private Tensor Step(Tape tape, RecordRows data, int[] labels, RowOrder order, Philox random, int first, int rows)
    {
        int all = _settings.BatchSize, width = Denoiser.Slots, padded = Denoiser.PaddedSlots;
        tape.Reset();
        Tensor state = tape.Input(new Shape(rows, padded)), target = tape.Input(state.Shape), plain = tape.Input(new Shape(rows, width));
        state.Data.Clear();
        target.Data.Clear();
        Span<float> levels = _levels.AsSpan(0, rows), drops = _drops.AsSpan(0, rows);
        random.Fork(0).FillUniform(levels, (ulong)first);
        random.Fork(1).FillUniform(drops, (ulong)first);
        for (int row = 0; row < rows; row++)
        {
            int from = order.Next(), level = 1 + (int)(_levels[row] * _schedule.Steps);
            _levels[row] = level;
            if (_classes.Length > 0)
                _classes[row] = labels[from];
            if (_told.Length > 0)
                _told[row] = _drops[row] < _settings.Unconditional ? _classCount : labels[from];
            random.Fork((ulong)(2 + first + row)).FillNormal(_noise);
            float signal = (float)_schedule.Signal(level), noise = (float)_schedule.Noise(level);
            Span<float> x = state.Data.Slice(row * padded, width), v = target.Data.Slice(row * padded, width);
            data.Read(from, _own);
            ReadOnlySpan<float> own = _own;
            for (int i = 0; i < width; i++)
            {
                x[i] = signal * own[i] + noise * _noise[i];
                v[i] = _settings.PredictsNoise ? _noise[i] : signal * _noise[i] - noise * own[i];
            }
            x.CopyTo(plain.Data.Slice(row * width, width));
        }
        Tensor prediction = Denoiser.Forward(tape, state, levels, _told.AsSpan(0, Math.Min(_told.Length, rows)));
        Tensor loss = tape.MaskedSquaredError(Known(tape, prediction), Known(tape, target), mask: null, LossReduction.MeanOverCells);
        if (rows < all)
            loss = tape.Scale(loss, (float)rows / all);
        Tensor total = Classifier is null
            ? loss
            : tape.Add(loss, tape.Scale(Classifier.CrossEntropy(tape, plain, levels, _classes.AsSpan(0, rows)), 1f / all));
        tape.Backward(total);
        return loss;
    }

    /// <summary>Without the padding.</summary>
    private Tensor Known(Tape tape, Tensor x) => Denoiser.PaddedSlots == Denoiser.Slots ? x : tape.Slice(x, 0, Denoiser.Slots);
}
