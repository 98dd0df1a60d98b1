using System.Diagnostics;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods.Conditional;
using Microsoft.ML.Diffusion.Models.Methods.CsdiT;
using Microsoft.ML.Diffusion.Models.Methods.Masked;
using Microsoft.ML.Diffusion.Models.Methods.MedDiff;
using Microsoft.ML.Diffusion.Models.Methods.TabDdpm;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>A network that is trained for some steps.</summary>
/// <param name="Name">What it is called on the command line.</param>
/// <param name="Description">The network and its batch.</param>
/// <param name="Length">How long the shorter of two trainings is; three times as long the other.</param>
/// <param name="Train">Trains for some length.</param>
internal sealed record Case(string Name, string Description, int Length, Action<Engine, int, IProgress<TrainingProgress>> Train)
{
    public static IReadOnlyList<Case> All { get; } =
    [
        new("imputer", "default imputer, 15 columns, batch 128", 1, (engine, length, progress) => TableImputer.Train(
            SimulatedTables.Census(2000 * length),
            new ConditionalOptions
            {
                Members = ImputationMembers.Denoisers, Networks = 1, Epochs = 10, ValidationShare = 0, Width = 192,
                Engine = engine.Kind, GpuDeviceId = engine.Gpu, Threads = engine.Threads,
            },
            progress)),
        new("masked", "default generator, 15 columns, batch 256", 60, (engine, length, progress) => Generate(
            SimulatedTables.Census(8192), new MaskedOptions { ValidationShare = 0 }, engine, length, progress)),
        new("tabddpm", "TabDDPM as for Census, layers to 1024, batch 4096", 2, (engine, length, progress) => Generate(
            SimulatedTables.Census(8192), TabDdpmOptions.Paper(), engine, length, progress)),
        new("meddiff", "MedDiff's U-Net, 1,071 columns, batch 128", 4, (engine, length, progress) => Generate(
            SimulatedTables.Records(1024, 1071), MedDiffOptions.Paper(), engine, length, progress)),
        new("csdi", "CSDI-T, 15 columns, batch 64", 4, (engine, length, progress) => TableImputer.Train(
            SimulatedTables.Census(64 * length), CsdiT(engine), progress)),
    ];

    /// <summary>Seconds of a step: the difference between the trainings over the steps that one has more, each the fastest of
    /// some.</summary>
    /// <param name="engine">What computes.</param>
    /// <param name="repeats">How often both are trained.</param>
    /// <param name="times">How many times as long both are, for an engine whose steps are too short to be told from noise.</param>
    public double StepTime(Engine engine, int repeats, int times)
    {
        Train(engine, 1, new LastSteps());
        LastSteps fewer = new(), more = new();
        double shorter = double.PositiveInfinity, longer = double.PositiveInfinity;
        for (int i = 0; i < repeats; i++)
            (shorter, longer) = (Math.Min(shorter, Seconds(times * Length, fewer)), Math.Min(longer, Seconds(3 * times * Length, more)));
        return (longer - shorter) / (more.Count - fewer.Count);

        double Seconds(int length, LastSteps steps)
        {
            Stopwatch watch = Stopwatch.StartNew();
            Train(engine, length, steps);
            return watch.Elapsed.TotalSeconds;
        }
    }

    private static void Generate(Table table, DiffusionGeneratorOptions options, Engine engine, int steps, IProgress<TrainingProgress> progress)
    {
        (options.Engine, options.GpuDeviceId, options.Threads, options.Steps) = (engine.Kind, engine.Gpu, engine.Threads, steps);
        DiffusionGenerator.Train(table, options, progress);
    }

    private static CsdiTOptions CsdiT(Engine engine)
    {
        CsdiTOptions options = CsdiTOptions.Paper();
        (options.Engine, options.GpuDeviceId, options.Threads, options.Epochs) = (engine.Kind, engine.Gpu, engine.Threads, 3);
        return options;
    }

    private sealed class LastSteps : IProgress<TrainingProgress>
    {
        public int Count { get; private set; }

        public void Report(TrainingProgress value) => Count = value.Steps;
    }
}
