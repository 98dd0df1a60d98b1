using Microsoft.ML.Diffusion.Core.Schedules;
using Microsoft.ML.Diffusion.Core.Training;
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
    /// <param name="meter">Counts the steps.</param>
    /// <param name="clock">Ends the training in time.</param>
    /// <param name="checkpoint">What the training goes on from; null for the start.</param>
    /// <param name="cancel">Looked at in every step.</param>
    public void Train(
        RecordRows rows, int[] labels, TensorEngine engine, ProgressMeter meter, TrainingClock clock, TrainingCheckpoint? checkpoint,
        CancellationToken cancel)
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
            Clock = clock,
            AverageDecay = TrainingLoop.Decay(_settings.AverageDecay, _settings.Steps),
            Checkpoint = checkpoint,
        };
        loop.Run(engine, parameters, StepOf, meter.Count, meter, cancel);

        Tensor StepOf(int step)
        {
            order.Seek((long)step * _settings.BatchSize);
            return Step(tape, rows, labels, order, steps.Fork((ulong)step));
        }
    }

    private Tensor Step(Tape tape, RecordRows data, int[] labels, RowOrder order, Philox random)
    {
        int rows = _settings.BatchSize, width = Denoiser.Slots, padded = Denoiser.PaddedSlots;
        tape.Reset();
        Tensor state = tape.Input(new Shape(rows, padded)), target = tape.Input(state.Shape), plain = tape.Input(new Shape(rows, width));
        state.Data.Clear();
        target.Data.Clear();
        random.Fork(0).FillUniform(_levels);
        random.Fork(1).FillUniform(_drops);
        for (int row = 0; row < rows; row++)
        {
            int from = order.Next(), level = 1 + (int)(_levels[row] * _schedule.Steps);
            _levels[row] = level;
            if (_classes.Length > 0)
                _classes[row] = labels[from];
            if (_told.Length > 0)
                _told[row] = _drops[row] < _settings.Unconditional ? _classCount : labels[from];
            random.Fork((ulong)(2 + row)).FillNormal(_noise);
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
        Tensor prediction = Denoiser.Forward(tape, state, _levels, _told);
        Tensor loss = tape.MaskedSquaredError(Known(tape, prediction), Known(tape, target), mask: null, LossReduction.MeanOverCells);
        Tensor total = Classifier is null
            ? loss
            : tape.Add(loss, tape.Scale(Classifier.CrossEntropy(tape, plain, _levels, _classes), 1f / rows));
        tape.Backward(total);
        return loss;
    }

    /// <summary>Without the padding.</summary>
    private Tensor Known(Tape tape, Tensor x) => Denoiser.PaddedSlots == Denoiser.Slots ? x : tape.Slice(x, 0, Denoiser.Slots);
}
