using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Methods.GpVae;

/// <summary>Trains GP-VAE (Fortuin et al. 2020) on series with holes.</summary>
internal static class GpVaeTrainer
{
    // The learning rate does not fall below this share of the first one; so many halvings pass it.
    private const double LeastRate = 0.1;
    private const int Halvings = 4;

    /// <summary>Trains.</summary>
    /// <param name="table">The series.</param>
    /// <param name="settings">The sizes and the training.</param>
    /// <param name="seed">Where all random numbers come from.</param>
    /// <param name="engine">Where to compute.</param>
    /// <param name="meter">Counts the steps.</param>
    /// <param name="cancel">Looked at in every step.</param>
    /// <param name="deadline">When it is over, no step is taken.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled.</exception>
    /// <exception cref="InvalidOperationException">No series has an observed cell.</exception>
    public static GpVaeImputer Train(
        SeriesTable table, GpVaeSettings settings, ulong seed, TensorEngine engine, ProgressMeter meter, CancellationToken cancel,
        TrainingDeadline? deadline = null)
    {
        var random = new Philox(seed);
        Standardization scale = settings.IsBinary ? Standardization.None(table.Variables) : Standardization.Of(table);
        double[][] cells = [.. table.Items.Select(scale.Apply)];
        (int Series, int Start)[] windows = StepWindows.Of(cells, table.Variables, settings.Steps);
        var network = new GpVaeNetwork(table.Variables, settings, random.Fork(0));
        int batch = Math.Min(settings.BatchSize, windows.Length), size = settings.Steps * table.Variables;
        var values = new float[batch * size];
        var mask = new float[batch * size];
        var order = new RowOrder(windows.Length, random.Fork(1));
        Philox draws = random.Fork(2);
        int epoch = (windows.Length + batch - 1) / batch;
        TrainingClock? clock = deadline is { IsLimited: true } limit ? new TrainingClock(limit, 1) : null;
        clock?.Plan((long)epoch * settings.Epochs);
        var loop = new TrainingLoop
        {
            Clock = clock,
            Steps = epoch * settings.Epochs,
            LearningRate = settings.LearningRate,
            Schedule = Schedule(settings, epoch),
            Optimizer = new AdamOptions { MaxGradientNorm = settings.MaxGradientNorm },
        };
        meter.Planned += loop.Steps;
        using var step = new GpVaeStep(network, settings, batch, engine);
        loop.Run(
            engine,
            network.Parameters(),
            i =>
            {
                for (int row = 0; row < batch; row++)
                {
                    (int series, int start) = windows[order.Next()];
                    StepWindows.Write(
                        cells[series], start, table.Variables, values.AsSpan(row * size, size), mask.AsSpan(row * size, size));
                }
                return step.Gradient(values, mask, batch, draws.Fork((ulong)i));
            },
            meter.Count,
            meter,
            cancel);
        return new GpVaeImputer(network, settings, scale, table.Statics);
    }

    private static LearningRateSchedule Schedule(GpVaeSettings settings, int epoch)
    {
        if (settings.HalvedEvery == 0)
            return LearningRateSchedule.Constant;
        long every = (long)settings.HalvedEvery * epoch;
        return LearningRateSchedule.MultiStep(0.5, [.. Enumerable.Range(1, Halvings).Select(i => i * every)]).WithFloor(LeastRate);
    }
}
