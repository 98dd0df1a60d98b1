using System.Diagnostics;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.TorchSharp.Tests;

/// <summary>Native memory does not grow with the steps.</summary>
[Collection(nameof(MemoryTests))]
[CollectionDefinition(nameof(MemoryTests), DisableParallelization = true)]
public class MemoryTests
{
    private const int WarmUp = 300, Steps = 1500;

    [BackendFact]
    public void Memory_is_flat_over_steps_though_nothing_is_collected()
    {
        using var engine = Backend.NewEngine();
        using Tape tape = engine.CreateTape(training: true);
        var network = new SmallNetwork(width: 64);
        Optimizer optimizer = engine.CreateAdam(network.Parameters(), new AdamOptions { MaxGradientNorm = 1 });
        ExponentialMovingAverage average = engine.CreateAverage(network.Parameters(), 0.9);
        long before = 0;
        for (int step = 0; step < WarmUp + Steps; step++)
        {
            if (step == WarmUp)
                before = Native();
            tape.Backward(network.Loss(tape, step, rows: 256));
            optimizer.Step();
            average.Update();
        }

        // A step makes 2.5 MiB of tensors.
        Assert.InRange(Native() - before, long.MinValue, 16 << 20);
    }

    /// <summary>What the process has in memory, less what the garbage collector has.</summary>
    private static long Native()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64 - GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes;
    }
}
