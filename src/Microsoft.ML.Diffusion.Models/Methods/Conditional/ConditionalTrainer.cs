using Microsoft.ML.Diffusion.Core.Processes;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Conditional;

/// <summary>Trains one <see cref="ConditionalDenoiser"/>: AdamW, half a cosine, moving average of the weights, the best of which
/// on held-back cells are kept where there are such.</summary>
internal sealed class ConditionalTrainer
{
    private const int Checks = 25;
    private const int Patience = 8;
    private const double MaxGradientNorm = 1;

    private readonly ConditionalSettings _settings;
    private readonly GaussianProcess _process;
    private readonly Philox _random;
    private readonly EncodedRows _rows;
    private readonly ConditionalDenoiser _denoiser;
    private readonly ColumnGroups _groups;

    /// <param name="rows">The rows.</param>
    /// <param name="process">The process of numbers.</param>
    /// <param name="settings">How to train.</param>
    /// <param name="random">Everything random about this network.</param>
    public ConditionalTrainer(EncodedRows rows, GaussianProcess process, ConditionalSettings settings, Philox random)
    {
        _settings = settings;
        _process = process;
        _random = random;
        _rows = rows;
        ConditionalInput input = ConditionalInput.Fit(rows, settings.Bins);
        _denoiser = new ConditionalDenoiser(input, rows.Encoder.SlotCount, settings.Width, settings.Blocks, random.Fork(2));
        _groups = rows.Encoder.CategoryGroups;
    }

    /// <summary>After how many steps the network was best on the held-back cells; all of them where none were.</summary>
    public int BestStep { get; private set; }

    /// <summary>Trains.</summary>
    /// <param name="engine">Where to compute.</param>
    /// <param name="heldBack">Cells that are missing in the rows trained on; null trains for all steps.</param>
    /// <param name="clock">When to be done at the latest.</param>
    /// <param name="meter">Counts the steps.</param>
    /// <param name="cancel">Looked at in every step.</param>
    public ConditionalDenoiser Train(TensorEngine engine, HeldBackCells? heldBack, TrainingClock clock, ProgressMeter meter, CancellationToken cancel)
    {
        using Tape tape = engine.CreateTape(training: true);
        using Tape validation = engine.CreateTape(training: false);
        var batch = new ConditionalBatch(_rows, _denoiser.Input, _process, _settings);
        var order = new RowOrder(_rows.RowCount, _random.Fork(3));
        Philox steps = _random.Fork(4);

        var loop = new TrainingLoop
        {
            Steps = _settings.Steps,
            StopAfter = _settings.StopAfter,
            LearningRate = _settings.LearningRate,
            Schedule = LearningRateSchedule.Cosine(_settings.Steps).WithWarmUp(_settings.Steps / 20),
            Optimizer = new AdamOptions { WeightDecay = _settings.WeightDecay, MaxGradientNorm = MaxGradientNorm },
            AverageDecay = _settings.AverageDecay,
            Validation = heldBack is null
                ? null
                : new Validation(_denoiser, Checks, Patience, () => heldBack.Error(_denoiser, validation, cancel)),
            Clock = clock,
        };
        BestStep = loop.Run(
            engine, _denoiser.Parameters(), step => Step(tape, batch, order, steps.Fork((ulong)step)), meter.Count, meter, cancel);
        _denoiser.Shorten();
        return _denoiser;
    }

    private Tensor Step(Tape tape, ConditionalBatch batch, RowOrder order, Philox random)
    {
        int rows = _settings.BatchSize, slots = _rows.Encoder.SlotCount;
        tape.Reset();
        Tensor input = tape.Input(new Shape(rows, _denoiser.Input.Width));
        Tensor target = tape.Input(new Shape(rows, slots));
        Tensor numbers = tape.Input(new Shape(rows, slots));
        Tensor categories = tape.Input(new Shape(rows, _groups.Count));
        batch.Fill(order, random, input.Data, target.Data, numbers.Data, categories.Data);

        Tensor prediction = _denoiser.Forward(tape, input);
        Tensor loss = tape.MaskedSquaredError(prediction, target, numbers, LossReduction.Sum);
        if (_groups.Count > 0)
            loss = tape.Add(loss, tape.MaskedCrossEntropy(prediction, _groups, target, categories, LossReduction.Sum));
        loss = tape.Scale(loss, 1f / Math.Max(1, batch.Hidden));
        tape.Backward(loss);
        return loss;
    }
}
