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
        int width = encoder.Encoded.Count, rows = cells.Length / width;
        long steps = StepCount(rows, settings);
        LearningRateSchedule schedule = LearningRateSchedule.MultiStep(0.1, steps / 4, steps / 2, steps * 3 / 4, steps * 9 / 10);
        var order = new RowOrder(rows, random.Fork(1));
        Philox noise = random.Fork(2);

        using Tape tape = engine.CreateTape(training: true);
        float[] levels = new float[settings.BatchSize];
        for (long step = 0; step < steps; step++)
        {
            cancel.ThrowIfCancellationRequested();
            tape.Reset();
            var shape = new Shape(settings.BatchSize, slots.Count);
            Tensor state = tape.Input(shape), epsilon = tape.Input(shape), observed = tape.Input(shape);
            Philox stepNoise = noise.Fork((ulong)step);
            stepNoise.FillNormal(epsilon.Data);
            stepNoise.Fork(0).FillUniform(levels);
            for (int row = 0; row < settings.BatchSize; row++)
            {
                Span<float> x = state.Data.Slice(row * slots.Count, slots.Count);
                slots.Write(cells.AsSpan(order.Next() * width, width), x, observed.Data.Slice(row * slots.Count, slots.Count));
                int level = 1 + (int)(levels[row] * process.Schedule.Steps);
                levels[row] = level;
                for (int i = 0; i < x.Length; i++)
                    x[i] = (float)(process.Diffuse(x[i], epsilon.Data[row * slots.Count + i], level) / process.Size(level));
            }
            Tensor loss = tape.MaskedSquaredError(denoiser.Forward(tape, state, process, levels), epsilon, observed, LossReduction.MeanOverMask);
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
