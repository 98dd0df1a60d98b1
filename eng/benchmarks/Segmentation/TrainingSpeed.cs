using System.Diagnostics;
using Microsoft.ML.Diffusion.Tensors;
using Microsoft.ML.Diffusion.Vision.Diffusion;
using Microsoft.ML.Diffusion.Vision.Network;

namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>Which share of the processor's peak the training of the small network reaches.</summary>
internal static class TrainingSpeed
{
    private const int Rounds = 7, Steps = 12;

    /// <summary>Trains and runs the loop of fused multiply-adds in turns, and prints operations a second of processor time; the middle one
    /// of the shares, as the speed of the machine drifts.</summary>
    public static void Print(SegmentationSet set)
    {
        int channels = set.Unlabelled[0].Channels;
        var sizes = new UNetSettings { Channels = channels, Outputs = channels };
        var settings = new PictureDiffusionSettings { Turns = set.Turns };
        var network = new DenoisingUNet(sizes, default);
        double counted = NetworkOperations.Training(network, byTiles: false), done = NetworkOperations.Training(network, byTiles: true);
        Console.WriteLine(
            $"{network.ParameterCount()} weights; a picture in training: {counted / 1e9:F2} GFLOP, " +
            $"{done / 1e9:F2} with convolutions by tiles");
        foreach (int threads in new[] { 1, Environment.ProcessorCount }.Distinct())
        {
            (Action loop, double operations) = Peak.Create(threads);
            using var engine = new ManagedEngine(threads);
            Action step = TrainingStep(set, new DenoisingUNet(sizes, new Philox(1)), settings, engine);
            double[][] rounds =
            [
                .. Enumerable.Range(0, Rounds).Select(_ => new[]
                {
                    Steps * settings.BatchSize / Seconds(() =>
                    {
                        for (int i = 0; i < Steps; i++)
                            step();
                    }),
                    operations / Seconds(loop),
                }),
            ];
            // The first round compiles.
            double[] shares = [.. rounds.Skip(1).Select(round => round[0] * done / round[1]).Order()];
            double pictures = rounds.Skip(1).Max(round => round[0]), peak = rounds.Skip(1).Max(round => round[1]);
            double share = shares[shares.Length / 2];
            Console.WriteLine(
                $"threads {threads}: {pictures:F1} pictures a CPU second, peak {peak / 1e9:F0} GFLOP/s a core; " +
                $"{share:P0} of the peak, {share * counted / done:P0} counted as nine products a pixel");
        }
    }

    /// <summary>A step as <see cref="PictureDiffusionTrainer"/> does it.</summary>
    private static Action TrainingStep(SegmentationSet set, DenoisingUNet network, PictureDiffusionSettings settings, ManagedEngine engine)
    {
        float[][] pictures = [.. set.Unlabelled.Select(picture => PictureDiffusionTrainer.Scaled(picture, network.Settings))];
        int size = network.Settings.Size, channels = network.Settings.Channels, next = 0;
        var batch = new PictureBatch(pictures, size, channels, settings.BatchSize, settings.Turns, new Philox(2));
        Tape tape = engine.CreateTape(training: true);
        IReadOnlyList<Parameter> parameters = network.Parameters();
        Optimizer adam = engine.CreateAdam(parameters, new AdamOptions { MaxGradientNorm = settings.MaxGradientNorm });
        ExponentialMovingAverage average = engine.CreateAverage(parameters, settings.AverageDecay);
        return () =>
        {
            batch.Fill(next++);
            tape.Reset();
            var shape = new Shape(batch.Noisy.Length / channels, channels);
            Tensor noisy = tape.Input(shape), noise = tape.Input(shape);
            batch.Noisy.CopyTo(noisy.Data);
            batch.Noise.CopyTo(noise.Data);
            Tensor answer = network.Forward(tape, noisy, batch.Levels);
            tape.Backward(tape.MaskedSquaredError(answer, noise, null, LossReduction.MeanOverCells));
            adam.Step();
            average.Update();
        };
    }

    /// <summary>Seconds of the processors.</summary>
    private static double Seconds(Action act)
    {
        TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
        act();
        return (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds;
    }
}
