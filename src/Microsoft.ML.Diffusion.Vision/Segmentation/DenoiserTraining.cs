using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.ML.Diffusion.Core.Engines;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Tensors;
using Microsoft.ML.Diffusion.Vision.Diffusion;
using Microsoft.ML.Diffusion.Vision.Network;
using Microsoft.ML.Diffusion.Vision.Pictures;

namespace Microsoft.ML.Diffusion.Vision.Segmentation;

/// <summary>Trains the denoising network on pictures, and takes features from it.</summary>
internal static class DenoiserTraining
{
    private const int MostAttentionLines = 8;

    /// <summary>Trains.</summary>
    /// <param name="pictures">Pictures of one size; at least one.</param>
    /// <param name="options">The network and its training.</param>
    /// <param name="meter">Counts the steps.</param>
    /// <param name="cancel">Looked at in every step.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled.</exception>
    /// <exception cref="ArgumentException">There is no such level of noise or block.</exception>
    public static DiffusionFeatures Run(
        IReadOnlyList<Picture> pictures, SegmentationOptions options, ProgressMeter meter, CancellationToken cancel)
    {
        UNetSettings network = options.Network ?? SmallNetwork(pictures[0]);
        IReadOnlyList<int> blocks = options.Blocks ?? DiffusionFeatures.DefaultBlocks(network.DecoderBlocks);
        DiffusionFeatures.Check(options.Steps, blocks, network);
        var deadline = TrainingDeadline.In(options.MaxTrainingTime);
        using TensorEngine engine = (options.Engine ?? EngineChoice.Managed).Create(options.Threads);
        TrainingCheckpoint? checkpoint = options.Checkpoint is { } place
            ? new TrainingCheckpoint(place, Fingerprint(pictures, network, options)) : null;
        DenoisingUNet trained = PictureDiffusionTrainer.Train(
            pictures, network, options.Diffusion, options.Seed, engine, meter, cancel, deadline, checkpoint);
        return new DiffusionFeatures(trained, options.Steps, blocks, DiffusionFeatures.NoiseOf(network, options.Seed));
    }

    /// <summary>The hash of all that the network depends on, by which a checkpoint is known to be its own.</summary>
    private static byte[] Fingerprint(IReadOnlyList<Picture> pictures, UNetSettings network, SegmentationOptions options)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        // Another engine, and another version, round otherwise.
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes((object?[])[
            typeof(DenoiserTraining).Assembly.GetName().Version!.ToString(), options.Engine?.GpuDeviceId is null ? "processor" : "GPU",
            network, options.Diffusion, options.Seed]));
        foreach (Picture picture in pictures)
            hash.AppendData(MemoryMarshal.AsBytes(picture.Pixels.AsSpan()));
        return hash.GetHashAndReset();
    }

    private static UNetSettings SmallNetwork(Picture picture)
    {
        // Attention where pictures are small enough for it.
        var settings = new UNetSettings { Size = picture.Height, Channels = picture.Channels, Outputs = picture.Channels };
        int last = settings.FirstSize >> (settings.Multipliers.Count - 1);
        return settings with { AttentionSizes = last <= MostAttentionLines ? [last] : [] };
    }
}
