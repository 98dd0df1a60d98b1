using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models;

/// <summary>Trains MissDiff (Ouyang et al. 2023, algorithm 1): rows with their holes are diffused whole, t uniform in 1..T, and
/// only the noise of observed entries counts.</summary>
internal static class MissDiffTrainer
{
    /// <param name="encoder">The columns.</param>
    /// <param name="cells">Encoded rows.</param>
    /// <param name="process">The process.</param>
    /// <param name="settings">How to train.</param>
    /// <param name="random">Everything random.</param>
    /// <param name="engine">Where to compute.</param>
    /// <param name="meter">Counts the steps.</param>
    /// <param name="cancel">Looked at in every step.</param>
    public static MissDiffDenoiser Train(
        TableEncoder encoder,
        float[] cells,
        GaussianProcess process,
        MissDiffSettings settings,
        Philox random,
        TensorEngine engine,
        ProgressMeter meter,
        CancellationToken cancel)
    {
        var slots = new MissDiffSlots(encoder.Encoded);
        var denoiser = new MissDiffDenoiser(slots.Count, settings.Width, settings.Blocks, random.Fork(0));
        Optimizer optimizer = engine.CreateAdam(denoiser.Parameters(), new AdamOptions { LearningRate = settings.LearningRate });
        int rows = cells.Length / encoder.Encoded.Count;
        long steps = StepCount(rows, settings);
        LearningRateSchedule schedule = LearningRateSchedule.MultiStep(0.1, steps / 4, steps / 2, steps * 3 / 4, steps * 9 / 10);
        var order = new RowOrder(rows, random.Fork(1));
        Philox noise = random.Fork(2);

        // An engine of one thread has been left no other to prepare batches on.
        using var batches = new BatchPipeline<MissDiffBatch>(
            () => new MissDiffBatch(slots, settings.BatchSize),
            (batch, step) => batch.Fill(cells, order, process, noise.Fork((ulong)step)),
            steps,
            ahead: engine is not ManagedEngine { Threads: 1 });
        using Tape tape = engine.CreateTape(training: true);
        var shape = new Shape(settings.BatchSize, slots.Count);
        for (long step = 0; step < steps; step++)
        {
            cancel.ThrowIfCancellationRequested();
            tape.Reset();
            MissDiffBatch batch = batches.Take();
            Tensor state = tape.Input(shape), epsilon = tape.Input(shape), observed = tape.Input(shape);
            batch.State.CopyTo(state.Data);
            batch.Epsilon.CopyTo(epsilon.Data);
            batch.Observed.CopyTo(observed.Data);
            Tensor loss = tape.MaskedSquaredError(denoiser.Forward(tape, state, process, batch.Levels), epsilon, observed, LossReduction.MeanOverMask);
            tape.Backward(loss);
            optimizer.LearningRate = settings.LearningRate * schedule.Factor(step);
            optimizer.Step();
            meter.Count(loss.Data[0]);
        }
        return denoiser;
    }

    /// <summary>The number of optimizer steps.</summary>
    public static int StepCount(int rows, MissDiffSettings settings) =>
        checked((int)(((long)rows * settings.Epochs + settings.BatchSize - 1) / settings.BatchSize));
}
