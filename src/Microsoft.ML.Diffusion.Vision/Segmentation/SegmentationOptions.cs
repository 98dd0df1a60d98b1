using Microsoft.ML.Diffusion.Core.Engines;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Vision.Classifiers;
using Microsoft.ML.Diffusion.Vision.Diffusion;
using Microsoft.ML.Diffusion.Vision.Network;

namespace Microsoft.ML.Diffusion.Vision.Segmentation;

/// <summary>How a <see cref="PixelSegmenter"/> is trained.</summary>
internal sealed record SegmentationOptions
{
    private static readonly int[] s_steps = [50, 150, 250];

    /// <summary>Where everything random comes from.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The sizes of the denoising network; null for the small one in the size of the pictures.</summary>
    public UNetSettings? Network { get; init; }

    /// <summary>The training of the denoising network.</summary>
    public PictureDiffusionSettings Diffusion { get; init; } = new();

    /// <summary>Features that were trained before; null to train them.</summary>
    public DiffusionFeatures? Pretrained { get; init; }

    /// <summary>The longest that the training of the denoising network may take; null for no limit.</summary>
    public TimeSpan? MaxTrainingTime { get; init; }

    /// <summary>Where the training of the denoising network is written down, to go on from there; null for nowhere.</summary>
    public CheckpointOptions? Checkpoint { get; init; }

    /// <summary>The levels of noise at which the network looks at a picture, 0 for the first.</summary>
    public IReadOnlyList<int> Steps { get; init; } = s_steps;

    /// <summary>The blocks of its decoder that are features; null for those that suit its depth.</summary>
    public IReadOnlyList<int>? Blocks { get; init; }

    /// <summary>The training of the multilayer perceptrons.</summary>
    public MlpEnsembleSettings Perceptrons { get; init; } = new()
    {
        Members = 6, Standardizes = true, AveragesProbabilities = true, MostPixels = 32_000,
    };

    /// <summary>The training of the forests; null for perceptrons on diffusion features alone.</summary>
    public PixelForestSettings? Forest { get; init; } = new();

    /// <summary>A class of fewer pixels in a picture is not learnt from that picture.</summary>
    public int LeastPixelsOfClass { get; init; }

    /// <summary>The parts into which labelled pictures are divided to see what each classifier is worth.</summary>
    public int Folds { get; init; } = 4;

    /// <summary>What computes the training of the denoising network; null for managed code.</summary>
    public EngineChoice? Engine { get; init; }

    /// <summary>How many threads at most; null for as many as there are processors.</summary>
    public int? Threads { get; init; }

    /// <summary>The published method (Baranchuk et al. 2022), with the small network where no other is named.</summary>
    public static SegmentationOptions DdpmSeg() => new()
    {
        Diffusion = PictureDiffusionSettings.Published, Perceptrons = MlpEnsembleSettings.Published, Forest = null, LeastPixelsOfClass = 20,
    };
}
