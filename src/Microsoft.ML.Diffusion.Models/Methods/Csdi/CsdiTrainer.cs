using Microsoft.ML.Diffusion.Core.Processes;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Csdi;

/// <summary>Trains a <see cref="CsdiDenoiser"/> as MissDiff or CSDI-T does: noise levels uniform in 1..T, Adam, a tenth of the learning
/// rate
/// after each of 25, 50, 75 and 90 % of the steps.</summary>
internal static class CsdiTrainer
{
    /// <param name="table">The rows.</param>
    /// <param name="process">The process.</param>
    /// <param name="settings">How to train.</param>
    /// <param name="random">Everything random.</param>
    /// <param name="engine">Where to compute.</param>
    /// <param name="meter">Counts the steps.</param>
    /// <param name="deadline">Steps that do not fit are left out.</param>
    /// <param name="cancel">Looked at in every step.</param>
    public static CsdiDenoiser Train(
        EncodedRows table,
        GaussianProcess process,
        CsdiSettings settings,
        Philox random,
        TensorEngine engine,
        ProgressMeter meter,
        TrainingDeadline deadline,
        CancellationToken cancel)
    {
        var slots = new CsdiSlots(table.Columns, settings.IsConditional);
        var denoiser = new CsdiDenoiser(slots.Count, settings.Width, settings.Blocks, settings.IsConditional, random.Fork(0));
        int steps = StepCount(table.RowCount, settings);
        var order = new RowOrder(table.RowCount, random.Fork(1));
        Philox noise = random.Fork(2);

        // An engine of one thread has been left no other to prepare batches on.
        using var batches = new BatchPipeline<CsdiBatch>(
            () => new CsdiBatch(slots, process, settings, ComputedCells.Of(table.Encoder)),
            (batch, step) => batch.Fill(table, order, noise.Fork((ulong)step)),
            steps,
            ahead: engine is not ManagedEngine { Threads: 1 });
        using Tape tape = engine.CreateTape(training: true);
        int tokens = settings.BatchSize * slots.Count;
        var loop = new TrainingLoop
        {
            Steps = steps,
            LearningRate = settings.LearningRate,
            Clock = new TrainingClock(deadline, threads: 1),
            Schedule = LearningRateSchedule.MultiStep(0.1, steps / 4, steps / 2, (int)(steps * 3L / 4), (int)(steps * 9L / 10)),
        };
        loop.Run(engine, denoiser.Parameters(), Step, meter.Count, meter, cancel);
        return denoiser;

        Tensor Step(int step)
        {
            tape.Reset();
            CsdiBatch batch = batches.Take();
            Tensor input = Copy(tape, batch.Input, tokens), epsilon = Copy(tape, batch.Epsilon, tokens), counts = Copy(tape, batch.Counts, tokens);
            Tensor? known = settings.IsConditional ? Copy(tape, batch.Known, tokens) : null;
            Tensor prediction = denoiser.Forward(tape, input, known, process, batch.Levels, noise.Fork((ulong)step).Fork(2));
            Tensor loss = tape.MaskedSquaredError(prediction, epsilon, counts, LossReduction.MeanOverMask);
            tape.Backward(loss);
            return loss;
        }
    }

    /// <summary>The number of optimizer steps.</summary>
    public static int StepCount(int rows, CsdiSettings settings) =>
        checked((int)(((long)rows * settings.Epochs + settings.BatchSize - 1) / settings.BatchSize));

    private static Tensor Copy(Tape tape, float[] values, int rows)
    {
        Tensor tensor = tape.Input(new Shape(rows, values.Length / rows));
        values.CopyTo(tensor.Data);
        return tensor;
    }
}
