using System.Diagnostics;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Tensors;
using Microsoft.ML.Diffusion.Vision.Network;
using Microsoft.ML.Diffusion.Vision.Pictures;

namespace Microsoft.ML.Diffusion.Vision.Diffusion;

/// <summary>Trains a network to tell the noise in pictures (Ho et al. 2020, algorithm 1).</summary>
internal static class PictureDiffusionTrainer
{
    private const int WarmUpSteps = 50;
    private const double ShareOfFullRate = 0.6;
    private const double LeastRate = 0.05;

    /// <summary>Trains on the processor.</summary>
    /// <param name="pictures">Pictures of the network's size and channels; at least one.</param>
    /// <param name="network">The sizes of the network.</param>
    /// <param name="settings">The training.</param>
    /// <param name="seed">Where everything random comes from.</param>
    /// <param name="most">The longest that it may take; null for no limit.</param>
    /// <param name="progress">Told of the steps; null for nobody.</param>
    /// <param name="cancel">Looked at in every step.</param>
    public static DenoisingUNet Train(
        IReadOnlyList<Picture> pictures, UNetSettings network, PictureDiffusionSettings settings, ulong seed, TimeSpan? most,
        IProgress<TrainingProgress>? progress, CancellationToken cancel)
    {
        using var engine = new ManagedEngine();
        var deadline = TrainingDeadline.In(most);
        return Train(pictures, network, settings, seed, engine, new ProgressMeter(progress, deadline), cancel, deadline);
    }

    /// <summary>Trains.</summary>
    /// <param name="pictures">Pictures of the network's size and channels; at least one.</param>
    /// <param name="network">The sizes of the network.</param>
    /// <param name="settings">The training.</param>
    /// <param name="seed">Where everything random comes from.</param>
    /// <param name="engine">Where to compute.</param>
    /// <param name="meter">Counts the steps.</param>
    /// <param name="cancel">Looked at in every step.</param>
    /// <param name="deadline">When the training ends at the latest; the learning rate falls with it.</param>
    /// <param name="checkpoint">Where the training goes on from and is written down; null for nowhere.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled.</exception>
    /// <exception cref="ArgumentException">There is no picture, or one is of another size.</exception>
    /// <exception cref="CheckpointException">The checkpoint is one of another training, or cannot be read or written.</exception>
    public static DenoisingUNet Train(
        IReadOnlyList<Picture> pictures, UNetSettings network, PictureDiffusionSettings settings, ulong seed, TensorEngine engine,
        ProgressMeter meter, CancellationToken cancel, TrainingDeadline? deadline = null, TrainingCheckpoint? checkpoint = null)
    {
        if (pictures.Count == 0)
            throw new ArgumentException("There is no picture to learn from.", nameof(pictures));
        float[][] scaled = [.. pictures.Select(picture => Scaled(picture, network))];
        var random = new Philox(seed);
        var unet = new DenoisingUNet(network, random.Fork(0));
        var batch = new PictureBatch(
            scaled, network.Size, network.Channels, Math.Min(settings.BatchSize, pictures.Count), settings.Turns, random.Fork(1));
        int steps = Math.Max(1, settings.Passes / batch.Levels.Length);
        using Tape tape = engine.CreateTape(training: true);
        IReadOnlyList<Parameter> parameters = unet.Parameters();
        deadline ??= TrainingDeadline.None;
        if (deadline.IsLimited)
            steps = Math.Min(steps, StepsWithin(deadline, tape, unet, batch, parameters, random.Fork(2)));
        TrainingClock? clock = deadline.IsLimited ? new TrainingClock(deadline, 1) : null;
        clock?.Plan(steps);
        var loop = new TrainingLoop
        {
            Steps = steps,
            LearningRate = settings.LearningRate,
            Schedule = settings.HasRateSchedule
                ? LearningRateSchedule.Falling(steps, ShareOfFullRate, LeastRate).WithWarmUp(Math.Min(WarmUpSteps, steps))
                : LearningRateSchedule.Constant,
            Optimizer = new AdamOptions { WeightDecay = settings.WeightDecay, MaxGradientNorm = settings.MaxGradientNorm },
            AverageDecay = TrainingLoop.Decay(settings.AverageDecay, steps),
            Clock = clock,
            Checkpoint = checkpoint,
        };
        meter.Planned += steps;
        Philox dropout = random.Fork(3);
        loop.Run(engine, parameters, i => Gradient(tape, unet, batch, i, dropout), meter.Count, meter, cancel);
        return unet;
    }

    /// <summary>The pixels from -1 to 1.</summary>
    /// <exception cref="ArgumentException">The picture is of another size.</exception>
    public static float[] Scaled(Picture picture, UNetSettings network)
    {
        if (picture.Height != network.Size || picture.Width != network.Size || picture.Channels != network.Channels)
        {
            throw new ArgumentException(
                $"A picture is {picture.Height} x {picture.Width} x {picture.Channels}, and the network takes " +
                $"{network.Size} x {network.Size} x {network.Channels}.",
                nameof(picture));
        }

        float[] pixels = new float[picture.Pixels.Length];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (2 * picture.Pixels[i]) - 1;
        return pixels;
    }

    private static double Gradient(Tape tape, DenoisingUNet network, PictureBatch batch, int step, Philox dropout)
    {
        batch.Fill(step);
        tape.Reset();
        var shape = new Shape(batch.Noisy.Length / network.Settings.Channels, network.Settings.Channels);
        Tensor noisy = tape.Input(shape), noise = tape.Input(shape);
        batch.Noisy.CopyTo(noisy.Data);
        batch.Noise.CopyTo(noise.Data);
        Tensor answer = network.Forward(tape, noisy, batch.Levels, dropout.Fork((ulong)step));
        // A network that also gives variances is trained to tell the noise alone.
        if (answer.Columns > shape.Columns)
            answer = tape.Slice(answer, 0, shape.Columns);
        Tensor loss = tape.MaskedSquaredError(answer, noise, null, LossReduction.MeanOverCells);
        tape.Backward(loss);
        return loss.Data[0];
    }

    /// <summary>How many steps the time is enough for, by two that change nothing.</summary>
    private static int StepsWithin(
        TrainingDeadline deadline, Tape tape, DenoisingUNet network, PictureBatch batch, IReadOnlyList<Parameter> parameters, Philox random)
    {
        Gradient(tape, network, batch, 0, random);
        long start = Stopwatch.GetTimestamp();
        Gradient(tape, network, batch, 0, random);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        foreach (Parameter parameter in parameters)
            parameter.ZeroGradient();
        return (int)Math.Clamp((deadline.Left ?? TimeSpan.Zero).TotalSeconds / seconds, 1, int.MaxValue / 2);
    }
}
