using Microsoft.ML.Diffusion.Core.Ranks;
using Microsoft.ML.Diffusion.Core.Schedules;
using Microsoft.ML.Diffusion.Core.Threading;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.TabDdpm;

/// <summary>Trains TabDDPM (Kotelnikov et al. 2023, equation 10): the squared error of the noise, averaged over numbers, plus the
/// divergence
/// of the posteriors of categories, averaged over categorical columns and times T, for t uniform in 1..T.</summary>
internal sealed class TabDdpmTrainer
{
    private readonly TabDdpmLoss _loss;
    private readonly TabDdpmSettings _settings;
    private readonly Philox _random;
    private readonly TabDdpmDenoiser _denoiser;
    private readonly float[] _levels;
    private readonly int[] _classes;
    private readonly int[] _rows;
    private readonly double[] _losses;
    private readonly int _slots;

    public TabDdpmTrainer(TableEncoder encoder, int classes, NoiseSchedule schedule, TabDdpmSettings settings, Philox random)
    {
        _loss = new TabDdpmLoss([.. encoder.Encoded], schedule);
        _settings = settings;
        _random = random;
        _slots = encoder.SlotCount;
        _denoiser = new TabDdpmDenoiser(_slots, classes, settings.Widths, (float)settings.Dropout, random.Fork(0));
        _levels = new float[settings.BatchSize];
        _classes = new int[classes > 0 ? settings.BatchSize : 0];
        _rows = new int[settings.BatchSize];
        _losses = new double[settings.BatchSize];
    }

    /// <summary>The schedule: a cosine whose last level keeps a trace of the data, from which noise can be told (the published
    /// code).</summary>
    /// <param name="steps">T.</param>
    public static NoiseSchedule Schedule(int steps) => NoiseSchedule.Cosine(steps, largestBeta: 0.999);

    /// <summary>Trains.</summary>
    /// <param name="table">Rows without holes.</param>
    /// <param name="labels">The class of each row; empty where there are none.</param>
    /// <param name="engine">Where to compute.</param>
    /// <param name="training">Who is told, with whom, and what ends it.</param>
    public TabDdpmDenoiser Train(EncodedRows table, int[] labels, TensorEngine engine, GenerationTraining training)
    {
        using Tape tape = engine.CreateTape(training: true);
        var order = new RowOrder(table.RowCount, _random.Fork(1));
        Philox steps = _random.Fork(2);
        var loop = new TrainingLoop
        {
            Steps = _settings.Steps,
            LearningRate = _settings.LearningRate,
            Schedule = LearningRateSchedule.Linear(_settings.Steps),
            Optimizer = new AdamOptions { WeightDecay = _settings.WeightDecay },
            Clock = training.Clock,
            AverageDecay = TrainingLoop.Decay(_settings.AverageDecay, _settings.Steps),
            Checkpoint = training.Checkpoint,
            Exchange = training.Exchange,
        };
        SharedGradient? shared = training.Exchange is { } exchange
            ? new SharedGradient(exchange, _denoiser.Parameters(), _settings.BatchSize)
            : null;
        loop.Run(engine, _denoiser.Parameters(), StepOf, training.Meter.Count, training.Meter, training.Cancel);
        if (shared is not null)
            training.Meter.Say(shared.Summary());
        return _denoiser;

        double StepOf(int step)
        {
            return shared?.Compute((first, rows) => RowsOf(step, first, rows)) ?? RowsOf(step, 0, _settings.BatchSize);
        }

        double RowsOf(int step, int first, int rows)
        {
            order.Seek(((long)step * _settings.BatchSize) + first);
            return Step(tape, table, labels, order, steps.Fork((ulong)step), first, rows);
        }
    }

    /// <summary>Adds the gradient of some rows of a batch: what is random depends on the row's place in the batch.</summary>
    private double Step(Tape tape, EncodedRows table, int[] labels, RowOrder order, Philox random, int first, int rows)
    {
        int all = _settings.BatchSize;
        tape.Reset();
        var shape = new Shape(rows, _slots);
        Tensor state = tape.Input(shape), noise = tape.Input(shape), slopes = tape.Input(shape);
        Span<float> levels = _levels.AsSpan(0, rows);
        ReadOnlySpan<int> classes = _classes.AsSpan(0, Math.Min(_classes.Length, rows));
        random.Fork(0).FillUniform(levels, (ulong)first);
        random.Fork(1).FillNormal(noise.Data, (ulong)first * (ulong)_slots);
        for (int row = 0; row < rows; row++)
        {
            _rows[row] = order.Next();
            _levels[row] = 1 + (int)(_levels[row] * _loss.Levels);
            if (_classes.Length > 0)
                _classes[row] = labels[_rows[row]];
        }
        Philox categories = random.Fork(2);
        ParallelLoop.Run(rows, row => _loss.Diffuse(
            table.Row(_rows[row]),
            (int)_levels[row],
            noise.Data.Slice(row * _slots, _slots),
            categories.Fork((ulong)(first + row)),
            state.Data.Slice(row * _slots, _slots)));
        Tensor prediction = _denoiser.Forward(tape, state, levels, classes, random.Fork(3), first);
        ParallelLoop.Run(rows, row => _losses[row] = _loss.Gradient(
            table.Row(_rows[row]),
            (int)_levels[row],
            state.Data.Slice(row * _slots, _slots),
            noise.Data.Slice(row * _slots, _slots),
            prediction.Data.Slice(row * _slots, _slots),
            slopes.Data.Slice(row * _slots, _slots)));
        foreach (ref float slope in slopes.Data)
            slope /= all;
        GivenSlopes.Backward(tape, prediction, slopes);
        return _losses.Take(rows).Sum() / all;
    }
}
