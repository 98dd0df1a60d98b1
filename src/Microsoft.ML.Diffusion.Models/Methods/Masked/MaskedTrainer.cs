using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Masked;

/// <summary>Trains a <see cref="MaskedDenoiser"/>: AdamW, half a cosine, moving average of the weights, the best of which on held-back
/// rows are kept.</summary>
internal sealed class MaskedTrainer
{
    private const int Checks = 25;
    private const int Patience = 6;
    private const double MaxGradientNorm = 1;

    // Rows held back at most, and how often each is masked.
    private const int MostHeldBack = 2000, Masks = 3;

    private readonly MaskedSettings _settings;
    private readonly Philox _random;
    private readonly int[] _tokens;
    private readonly int[] _training;
    private readonly int[] _heldBack;
    private readonly MaskedDenoiser _denoiser;
    private readonly MaskedBatch _batch;
    private readonly ColumnGroups _groups;
    private readonly int _columns;

    /// <param name="tokenizer">The columns.</param>
    /// <param name="tokens">Rows of tokens.</param>
    /// <param name="order">The order in which the columns of whole rows are drawn.</param>
    /// <param name="settings">How to train.</param>
    /// <param name="random">Everything random.</param>
    public MaskedTrainer(TableTokenizer tokenizer, int[] tokens, int[] order, MaskedSettings settings, Philox random)
    {
        _settings = settings;
        _random = random;
        _tokens = tokens;
        _columns = tokenizer.Encoded.Length;
        int[] rows = new int[tokens.Length / _columns];
        random.Fork(1).Permutation(rows);
        int heldBack = Math.Min(MostHeldBack, (int)(settings.ValidationShare * rows.Length));
        (_heldBack, _training) = (rows[..heldBack], rows[heldBack..]);
        _denoiser = new MaskedDenoiser(tokenizer, settings.Width, settings.Blocks, (float)settings.Dropout, random.Fork(2));
        _denoiser.StartFrom(LogFrequencies(tokenizer));
        _batch = new MaskedBatch(tokenizer, order, _denoiser.Input, settings.OrderedShare, settings.Label);
        _groups = tokenizer.Groups;
    }

    /// <summary>The rows that are held back.</summary>
    public int[] HeldBack => _heldBack;

    /// <summary>Trains.</summary>
    /// <param name="engine">Where to compute.</param>
    /// <param name="meter">Counts the steps.</param>
    /// <param name="clock">Ends the training in time.</param>
    /// <param name="checkpoint">What the training goes on from; null for the start.</param>
    /// <param name="cancel">Looked at in every step.</param>
    public MaskedDenoiser Train(
        TensorEngine engine, ProgressMeter meter, TrainingClock clock, TrainingCheckpoint? checkpoint, CancellationToken cancel)
    {
        using Tape tape = engine.CreateTape(training: true);
        using Tape validation = engine.CreateTape(training: false);
        var order = new RowOrder(_training.Length, _random.Fork(3));
        Philox steps = _random.Fork(4);
        var loop = new TrainingLoop
        {
            Steps = _settings.Steps,
            LearningRate = _settings.LearningRate,
            Schedule = LearningRateSchedule.Cosine(_settings.Steps).WithWarmUp(_settings.Steps / 20),
            Optimizer = new AdamOptions { WeightDecay = _settings.WeightDecay, MaxGradientNorm = MaxGradientNorm },
            Clock = clock,
            Checkpoint = checkpoint,
            AverageDecay = TrainingLoop.Decay(_settings.AverageDecay, _settings.Steps),
            Validation = _heldBack.Length == 0 ? null : new Validation(_denoiser, Checks, Patience, () => HeldBackError(validation, cancel)),
        };
        loop.Run(engine, _denoiser.Parameters(), Step, meter.Count, meter, cancel);
        return _denoiser;

        Tensor Step(int step)
        {
            order.Seek((long)step * _settings.BatchSize);
            Tensor loss = Loss(tape, _settings.BatchSize, _ => _training[order.Next()], steps.Fork((ulong)step));
            tape.Backward(loss);
            return loss;
        }
    }

    /// <summary>The mean over rows of the weighted cross-entropy of unknown tokens, in nats.</summary>
    private Tensor Loss(Tape tape, int rows, Func<int, int> rowOf, Philox random)
    {
        tape.Reset();
        Tensor input = tape.Input(new Shape(rows, _denoiser.Input.Width));
        Tensor target = tape.Input(new Shape(rows, _batch.Slots));
        Tensor weights = tape.Input(new Shape(rows, _columns));
        for (int row = 0; row < rows; row++)
        {
            _batch.Write(
                _tokens.AsSpan(rowOf(row) * _columns, _columns),
                random.Fork((ulong)row),
                input.Data.Slice(row * input.Columns, input.Columns),
                target.Data.Slice(row * target.Columns, target.Columns),
                weights.Data.Slice(row * _columns, _columns));
        }
        Tensor logits = _denoiser.Forward(tape, input, random.Fork(ulong.MaxValue));
        return tape.MaskedCrossEntropy(logits, _groups, target, weights, LossReduction.MeanOverRows);
    }

    private double HeldBackError(Tape tape, CancellationToken cancel)
    {
        double sum = 0;
        for (int start = 0; start < Masks * _heldBack.Length; start += _settings.BatchSize)
        {
            cancel.ThrowIfCancellationRequested();
            int first = start, rows = Math.Min(_settings.BatchSize, Masks * _heldBack.Length - start);
            // The same masks every time.
            sum += rows * Loss(tape, rows, row => _heldBack[(first + row) % _heldBack.Length], _random.Fork(5).Fork((ulong)start)).Data[0];
        }
        return sum / (Masks * _heldBack.Length);
    }

    private float[] LogFrequencies(TableTokenizer tokenizer)
    {
        float[] logs = new float[tokenizer.SlotCount];
        int slot = 0;
        for (int i = 0; i < _columns; i++)
        {
            Span<float> own = logs.AsSpan(slot, tokenizer.Encoded[i].Count);
            own.Fill(0.5f);
            foreach (int row in _training)
            {
                int token = _tokens[row * _columns + i];
                if (token >= 0)
                    own[token]++;
            }
            foreach (ref float count in own)
                count = MathF.Log(count / _training.Length);
            slot += own.Length;
        }
        return logs;
    }
}
