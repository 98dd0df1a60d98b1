using System.Diagnostics;
using Microsoft.ML.Diffusion.Models;

namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>A network that is trained for some steps.</summary>
/// <param name="Name">What it is called on the command line.</param>
/// <param name="Description">The network and its batch.</param>
/// <param name="Steps">Steps of the shorter of two trainings.</param>
/// <param name="Train">Trains for some steps.</param>
internal sealed record Case(string Name, string Description, int Steps, Action<EngineKind, int?, int, int> Train)
{
    private static readonly Table s_census = SimulatedTables.Census(8192), s_records = SimulatedTables.Records(1024, 1071);

    public static IReadOnlyList<Case> All { get; } =
    [
        new("imputer", "default imputer, one network, 15 columns, batch 128", 64, (engine, gpu, threads, steps) => TabularDiffusionModel.Train(
            SimulatedTables.Census(steps * 128),
            new()
            {
                Members = ImputationMembers.Denoisers, Networks = 1, Epochs = 1, BatchSize = 128, Width = 192, ValidationShare = 0,
                Engine = engine, GpuDeviceId = gpu, Threads = threads,
            })),
        new("masked", "default generator, 15 columns, batch 256", 60, (engine, gpu, threads, steps) => Generate(
            s_census, new() { ValidationShare = 0 }, engine, gpu, threads, steps)),
        new("tabddpm", "TabDDPM as for Census, layers to 1024, batch 4096", 2, (engine, gpu, threads, steps) => Generate(
            s_census, TabularGenerator.Options.Paper(), engine, gpu, threads, steps)),
        new("meddiff", "MedDiff's U-Net, 1,071 columns, batch 128", 3, (engine, gpu, threads, steps) => Generate(
            s_records, TabularGenerator.Options.MedDiff(), engine, gpu, threads, steps)),
        new("csdi", "CSDI-T, 15 columns, batch 64", 10, (engine, gpu, threads, steps) => TabularDiffusionModel.Train(
            SimulatedTables.Census(steps * 64), CsdiT(engine, gpu, threads))),
    ];

    /// <summary>Seconds of a step.</summary>
    public double StepTime(EngineChoice choice, int threads)
    {
        EngineKind engine = choice.IsManaged ? EngineKind.Managed : EngineKind.TorchSharp;
        Seconds(1);
        double shorter = Seconds(Steps), longer = Seconds(3 * Steps);
        return (longer - shorter) / (2 * Steps);

        double Seconds(int steps)
        {
            Stopwatch watch = Stopwatch.StartNew();
            Train(engine, choice.GpuDeviceId, threads, steps);
            return watch.Elapsed.TotalSeconds;
        }
    }

    private static void Generate(Table table, TabularGenerator.Options options, EngineKind engine, int? gpu, int threads, int steps)
    {
        (options.Engine, options.GpuDeviceId, options.Threads, options.Steps) = (engine, gpu, threads, steps);
        TabularGenerator.Train(table, options);
    }

    private static TabularDiffusionModel.Options CsdiT(EngineKind engine, int? gpu, int threads)
    {
        TabularDiffusionModel.Options options = TabularDiffusionModel.Options.CsdiT();
        (options.Engine, options.GpuDeviceId, options.Threads, options.Epochs) = (engine, gpu, threads, 1);
        return options;
    }
}
