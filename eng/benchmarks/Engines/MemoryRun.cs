using System.Diagnostics;
using Microsoft.ML.Diffusion.Core.Engines;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>Trains for many steps and tells what the process has in memory.</summary>
internal static class MemoryRun
{
    private const int Rows = 256, Columns = 64, Width = 256, Lines = 10;

    public static void Run(EngineChoice choice, int steps)
    {
        var block = new ResidualBlock(Width, Width, new Philox(1), dropout: 0.1f);
        Linear first = new(Columns, Width, new Philox(2)), last = new(Width, Columns, new Philox(3));
        Parameter[] parameters = [.. first.Parameters(), .. block.Parameters(), .. last.Parameters()];
        using TensorEngine engine = choice.Create(threads: 1);
        using Tape tape = engine.CreateTape(training: true);
        Optimizer optimizer = engine.CreateAdam(parameters, new AdamOptions { MaxGradientNorm = 1 });
        ExponentialMovingAverage average = engine.CreateAverage(parameters, 0.999);
        Console.WriteLine("| steps | MiB in memory | of which managed |\n|---|---|---|");
        for (int step = 1; step <= steps; step++)
        {
            tape.Reset();
            Tensor x = tape.Input(new Shape(Rows, Columns)), target = tape.Input(x.Shape);
            new Philox(4, (ulong)step).FillNormal(x.Data);
            target.Data.Fill(1);
            Tensor hidden = block.Forward(tape, first.Forward(tape, x), random: new Philox(5, (ulong)step));
            tape.Backward(tape.MaskedSquaredError(last.Forward(tape, hidden), target, mask: null));
            optimizer.Step();
            average.Update();
            if (step % Math.Max(1, steps / Lines) != 0)
                continue;
            using Process self = Process.GetCurrentProcess();
            long managed = GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes;
            Console.WriteLine($"| {step} | {self.WorkingSet64 / 1048576.0:F1} | {managed / 1048576.0:F1} |");
        }
    }
}
