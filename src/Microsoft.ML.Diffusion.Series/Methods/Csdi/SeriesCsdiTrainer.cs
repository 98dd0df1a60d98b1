using Microsoft.ML.Diffusion.Core.Schedules;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Methods.Csdi;
using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Series.Methods.Networks;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Methods.Csdi;

// The process, not the folder of the baseline.
using GaussianProcess = Microsoft.ML.Diffusion.Core.Processes.GaussianProcess;

/// <summary>Trains CSDI (Tashiro et al. 2021, algorithm 1) on series with holes.</summary>
internal static class SeriesCsdiTrainer
{
    // The values whose gradient is computed at once: on a processor more need more memory and are no faster, and a GPU takes the batch.
    private const int AtOnce = 8192;

    // The paper's is a penalty of the squared weights; here it is taken off the weights themselves (AdamW), which at this size is the same.
    private const double WeightDecay = 1e-6;

    /// <summary>Trains.</summary>
    /// <param name="table">The series.</param>
    /// <param name="options">How to train.</param>
    /// <param name="engine">Where to compute.</param>
    /// <param name="meter">Counts the steps.</param>
    /// <param name="deadline">Steps that do not fit are left out.</param>
    /// <param name="cancel">Looked at in every step.</param>
    /// <exception cref="InvalidOperationException">No series has an observed value.</exception>
    public static SeriesCsdiImputer Train(
        SeriesTable table, SeriesCsdiOptions options, TensorEngine engine, ProgressMeter meter, TrainingDeadline deadline,
        CancellationToken cancel)
    {
        var random = new Philox(options.Seed);
        var data = WindowedSeries.Of(table, options.Steps);
        (int variables, int steps, (int Series, int Start)[] windows) = (table.Variables, data.Steps, data.Windows);
        var process = new GaussianProcess(NoiseSchedule.Quadratic(options.DiffusionSteps));
        var denoiser = new CsdiDenoiser(variables, options.Channels, options.Blocks, isConditional: true, random.Fork(0), steps);
        var order = new RowOrder(windows.Length, random.Fork(1));
        Philox noise = random.Fork(2);
        int series = Math.Min(options.BatchSize, windows.Length);
        int atOnce = engine is ManagedEngine ? Math.Clamp(AtOnce / (steps * variables), 1, series) : series;
        using var gradient = new SeriesCsdiStep(denoiser, process, series, atOnce, variables, engine);
        var batch = new SeriesCsdiBatch(process, series, steps, variables);
        int count = checked((int)((windows.Length + series - 1L) / series * options.Epochs));
        TrainingClock? clock = deadline.IsLimited ? new TrainingClock(deadline, 1) : null;
        clock?.Plan(count);
        var loop = new TrainingLoop
        {
            Clock = clock,
            Steps = count,
            LearningRate = options.LearningRate,
            Schedule = LearningRateSchedule.MultiStep(0.1, (int)(count * 3L / 4), (int)(count * 9L / 10)),
            Optimizer = new AdamOptions { WeightDecay = WeightDecay },
        };
        meter.Planned += loop.Steps;
        loop.Run(engine, denoiser.Parameters(), Gradient, meter.Count, meter, cancel);
        return new SeriesCsdiImputer(
            denoiser, process.Schedule, data.Scale, data.SeenVariables(), data.Step, options.ExpectationDraws, options.Seed, table.Statics);

        double Gradient(int number)
        {
            Philox own = noise.Fork((ulong)number);
            batch.Begin(own);
            for (int place = 0; place < series; place++)
            {
                (int from, int start) = windows[order.Next()];
                batch.Fill(place, data.Cells[from], data.Times[from], start, own.Fork(1).Fork((ulong)place));
            }
            return gradient.Run(batch, own.Fork(2));
        }
    }
}
