using Microsoft.ML.Diffusion.Core.Processes;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Stasy;

/// <summary>Trains STaSy (Kim, Lee, Park 2023, sections 3.2 and 3.3): the squared error of the score times sigma squared, over known slots
/// alone (Ouyang et al. 2023, algorithm 1), in self-paced steps; then some more on the rows that the network finds less likely than the
/// mean.</summary>
internal sealed class StasyTrainer
{
    // A row whose log-density fell by more than this goes through the next round (the published code).
    private const double LargestFall = 0.1;

    // Of the time, where it is limited, what training takes before rows are measured and tuned on.
    private const double TrainingShare = 0.7;

    private readonly EncodedRows _table;
    private readonly VarianceExplodingProcess _process;
    private readonly StasySettings _settings;
    private readonly Philox _random;
    private readonly StasyDenoiser _denoiser;
    private readonly double[] _losses;
    private readonly double[] _weights;
    private readonly float[] _times;
    private readonly float[] _noise;
    private readonly bool[] _known;

    /// <param name="table">The rows.</param>
    /// <param name="process">The process.</param>
    /// <param name="settings">How to train.</param>
    /// <param name="random">Everything random.</param>
    public StasyTrainer(EncodedRows table, VarianceExplodingProcess process, StasySettings settings, Philox random)
    {
        (_table, _process, _settings, _random) = (table, process, settings, random);
        int slots = table.Encoder.SlotCount, rows = settings.BatchSize;
        _denoiser = new StasyDenoiser(slots, settings.Widths, settings.IsScaled, random.Fork(0));
        (_losses, _weights, _times) = (new double[rows], new double[rows], new float[rows]);
        (_noise, _known) = (new float[rows * slots], new bool[rows * slots]);
    }

    /// <summary>Trains.</summary>
    /// <param name="engine">Where to compute.</param>
    /// <param name="training">Who is told, and what ends it.</param>
    public StasyDenoiser Train(TensorEngine engine, GenerationTraining training)
    {
        using Tape tape = engine.CreateTape(training: true);
        TrainingDeadline first = _settings.FineTuningRounds > 0 ? training.Deadline.First(TrainingShare) : training.Deadline;
        SelfPace? pace = _settings.Pace is (double alpha, double beta)
            ? new SelfPace(alpha, beta, Math.Min(_settings.PaceSteps, _settings.Steps))
            : null;
        // Of a row without a known cell there is nothing to learn.
        int[] rows = [.. Enumerable.Range(0, _table.RowCount).Where(HasKnownCell)];
        Run(engine, training, first, tape, rows, _settings.Steps, _settings.LearningRate, _random.Fork(1), pace);
        if (_settings.FineTuningRounds > 0)
            FineTune(engine, training, tape);
        return _denoiser;
    }

    private bool HasKnownCell(int row)
    {
        foreach (float cell in _table.Row(row))
        {
            if (!float.IsNaN(cell))
                return true;
        }
        return false;
    }

    /// <summary>Goes through rows that are less likely than the mean, and after each round through those that became less likely by
    /// it.</summary>
    private void FineTune(TensorEngine engine, GenerationTraining training, Tape tape)
    {
        if (Densities() is not { } before)
            return;
        double mean = before.Where(density => density.Slots > 0).Average(density => density.PerSlot);
        int[] rows = [.. Enumerable.Range(0, before.Length).Where(row => before[row].PerSlot < mean)];
        for (int round = 1; round <= _settings.FineTuningRounds && rows.Length > 0; round++)
        {
            int steps = (rows.Length + _settings.BatchSize - 1) / _settings.BatchSize;
            training.Meter.Planned += steps;
            Run(
                engine, training, training.Deadline, tape, rows, steps, _settings.FineTuningRate, _random.Fork(1 + (ulong)round),
                pace: null);
            if (round == _settings.FineTuningRounds || Densities() is not { } after)
                return;
            rows = [.. Enumerable.Range(0, after.Length).Where(row => after[row].Sum < before[row].Sum - LargestFall)];
        }

        RowDensity[]? Densities()
        {
            RowDensity[]? densities = RowDensities.Of(
                _denoiser, _process, _table, _settings.DensityTolerance, _random.Fork(ulong.MaxValue), engine, training.Deadline,
                training.Cancel);
            // What measuring left there is no gradient of the loss.
            foreach (Parameter parameter in _denoiser.Parameters())
                parameter.ZeroGradient();
            return densities;
        }
    }

    private void Run(
        TensorEngine engine, GenerationTraining training, TrainingDeadline deadline, Tape tape, int[] rows, int steps, double learningRate,
        Philox random, SelfPace? pace)
    {
        var order = new RowOrder(rows.Length, random.Fork(0));
        TimeSpan? time = deadline.Left;
        var loop = new TrainingLoop
        {
            Steps = steps,
            LearningRate = learningRate,
            Schedule = LearningRateSchedule.Constant,
            Optimizer = new AdamOptions { MaxGradientNorm = 1 },
            Clock = new TrainingClock(deadline, threads: 1),
            AverageDecay = TrainingLoop.Decay(_settings.AverageDecay, steps),
        };
        loop.Run(engine, _denoiser.Parameters(), Step, training.Meter.Count, training.Meter, training.Cancel);

        double Step(int step)
        {
            order.Seek((long)step * _settings.BatchSize);
            return Gradient(tape, rows, order, random.Fork(1 + (ulong)step), pace, Math.Max(step, StepOfTime()));
        }

        // Short of time, the pace rises with the clock and not with the steps.
        int StepOfTime() => time is { } all && deadline.Left is { } left && all > TimeSpan.Zero ? (int)(steps * (1 - (left / all))) : 0;
    }

    /// <summary>Adds the gradient of a batch.</summary>
    private double Gradient(Tape tape, int[] chosen, RowOrder order, Philox random, SelfPace? pace, int step)
    {
        tape.Reset();
        int rows = _settings.BatchSize, slots = _denoiser.Slots;
        Tensor state = tape.Input(new Shape(rows, slots)), sigmas = tape.Input(new Shape(rows, 1)), slopes = tape.Input(state.Shape);
        random.Fork(0).FillUniform(_times);
        random.Fork(1).FillNormal(_noise);
        for (int row = 0; row < rows; row++)
        {
            Span<float> own = state.Data.Slice(row * slots, slots);
            StasyRows.Write(_table.Encoder, _table.Row(chosen[order.Next()]), own, _known.AsSpan(row * slots, slots));
            double time = VarianceExplodingProcess.FirstTime + ((1 - VarianceExplodingProcess.FirstTime) * _times[row]);
            float sigma = (float)_process.Sigma(time);
            sigmas.Data[row] = sigma;
            for (int i = 0; i < slots; i++)
                own[i] += sigma * _noise[(row * slots) + i];
        }
        Tensor scores = _denoiser.Forward(tape, state, sigmas);
        for (int row = 0; row < rows; row++)
            _losses[row] = Slopes(row, sigmas.Data[row], scores.Data.Slice(row * slots, slots), slopes.Data.Slice(row * slots, slots));
        if (pace is null)
            _weights.AsSpan().Fill(1);
        else
            pace.Weigh(step, _losses, _weights);
        double mean = 0;
        for (int row = 0; row < rows; row++)
        {
            float weight = (float)(_weights[row] / rows);
            foreach (ref float slope in slopes.Data.Slice(row * slots, slots))
                slope *= weight;
            mean += weight * _losses[row];
        }
        GivenSlopes.Backward(tape, scores, slopes);
        return mean;
    }

    /// <summary>The loss of a row, the mean over its known slots of (sigma score + z)^2, and its slopes.</summary>
    private double Slopes(int row, float sigma, ReadOnlySpan<float> scores, Span<float> slopes)
    {
        int slots = scores.Length, count = 0;
        double loss = 0;
        for (int i = 0; i < slots; i++)
        {
            bool isKnown = _known[(row * slots) + i];
            float miss = isKnown ? (sigma * scores[i]) + _noise[(row * slots) + i] : 0;
            slopes[i] = 2 * miss * sigma;
            loss += miss * miss;
            count += isKnown ? 1 : 0;
        }
        foreach (ref float slope in slopes)
            slope /= Math.Max(1, count);
        return loss / Math.Max(1, count);
    }
}
