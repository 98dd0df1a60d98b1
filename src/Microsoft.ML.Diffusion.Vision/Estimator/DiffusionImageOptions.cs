using Microsoft.ML.Diffusion.Core.Engines;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.MLNetInternals;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Vision.Diffusion;
using Microsoft.ML.Diffusion.Vision.Segmentation;
using Microsoft.ML.Diffusion.Vision.Views;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Diffusion;

/// <summary>What a denoising network is trained with, and how pictures lie in their column.</summary>
public abstract class DiffusionImageOptions
{
    /// <summary>The largest side of a picture that the denoising network sees at once; larger pictures are cut into tiles.</summary>
    private const int MostTileSize = 512;

    private protected DiffusionImageOptions()
    {
    }

    /// <summary>Lines of the pictures. Default: null, as the type of the column or the first image says.</summary>
    public int? Height { get; set; }

    /// <summary>Pixels of a line. Default: null, as the type of the column or the first image says.</summary>
    public int? Width { get; set; }

    /// <summary>Channels of the pictures: 1 (grey) or 3 (red, green, blue). Default: null, as the type of the column says, and 3 for an
    /// MLImage.</summary>
    public int? Channels { get; set; }

    /// <summary>Whether the channels of a pixel lie side by side in a vector. Default: null, as the dimensions of the column say, and
    /// where they say nothing one whole channel follows another, as ExtractPixels writes them.</summary>
    public bool? InterleavedChannels { get; set; }

    /// <summary>The number of a fully bright channel in vectors of Single, above 0. Default: null, 1 where no number of the training
    /// rows is above 1, and else 255.</summary>
    public float? WhiteLevel { get; set; }

    /// <summary>Lines and pixels of a line that the denoising network sees at once, 16 to 512 and a multiple of 8. Larger pictures are
    /// cut into overlapping tiles. Default: null, 64, or less for smaller pictures; with published weights up to 256.</summary>
    public int? TileSize { get; set; }

    /// <summary>The levels of noise at which the network looks at a picture, 0 to 999, ascending. Default: null, those of <see
    /// cref="Pretrained"/>, or 50, 150 and 250 (Baranchuk et al. 2022).</summary>
    public int[]? Steps { get; set; }

    /// <summary>The blocks of the network's decoder whose activations are features, 0 for the first, ascending. Default: null, those of
    /// <see cref="Pretrained"/>, or those that suit the depth of the network.</summary>
    public int[]? Blocks { get; set; }

    /// <summary>A file with a network that was trained before, which is not trained again: a model that ml.Model.Save wrote, with one of
    /// the transformers DiffusionImageFeatures and DiffusionSegmentation in it; or weights of a guided-diffusion network (Dhariwal and
    /// Nichol 2021), as safetensors or as PyTorch's save writes them. Only tensors are read of these, no code. Default: null.</summary>
    public string? Pretrained { get; set; }

    /// <summary>How many pictures the denoising network is shown in its training, each time with another noise; 1 or more. Default:
    /// 100,000.</summary>
    public int TrainingPasses { get; set; } = new PictureDiffusionSettings().Passes;

    /// <summary>The time that the training of the denoising network may take, above 0; what comes after it is not limited. Default: null,
    /// as long as it takes.</summary>
    public TimeSpan? MaxTrainingTime { get; set; }

    /// <summary>What computes the training of the denoising network. Default: <see cref="EngineKind.Auto"/>, a GPU where the app carries
    /// TorchSharp and there is one, else managed code.</summary>
    public EngineKind Engine { get; set; } = EngineKind.Auto;

    /// <summary>Which GPU computes, 0-based. Null, the default: the one that the MLContext names, if it names one; else the first, if
    /// there is one.</summary>
    public int? GpuDeviceId { get; set; }

    /// <summary>Whether the training goes to the processor where <see cref="GpuDeviceId"/> is not there. Default: true.</summary>
    public bool FallbackToCpu { get; set; } = true;

    /// <summary>Where the training of the denoising network, which may take hours, is written down every few minutes. The same training,
    /// begun again, goes on from there to the same bits; the file stays, and is to be deleted once the model is saved. Default: null,
    /// nowhere.</summary>
    public CheckpointOptions? Checkpoint { get; set; }

    /// <summary>Seed of the training. Null: the seed of the MLContext, and where that has none a new one each time.</summary>
    public int? Seed { get; set; }

    /// <summary>Told how far the training has come, on one of its threads. Default: nobody.</summary>
    public IProgress<TrainingProgress>? Progress { get; set; }

    /// <summary>Stops the training. Default: never.</summary>
    public CancellationToken CancellationToken { get; set; }

    /// <summary>Settings of the training beside those of users; null for the defaults.</summary>
    internal SegmentationOptions? Details { get; set; }

    /// <summary>What is known of the pictures before a column is looked at.</summary>
    internal PictureHints Hints => new(Height, Width, Channels, InterleavedChannels, WhiteLevel);

    /// <summary>Refuses impossible values and contradictions, as the estimator's constructor does.</summary>
    /// <exception cref="ArgumentException">There is one; the message is one sentence.</exception>
    public virtual void Validate()
    {
        Refuse(Height < 1, nameof(Height), $"Height is {Height}; it must be 1 or more.");
        Refuse(Width < 1, nameof(Width), $"Width is {Width}; it must be 1 or more.");
        Refuse(Channels is not (null or 1 or 3), nameof(Channels), $"Channels is {Channels}; it must be 1 or 3.");
        Refuse(WhiteLevel is { } white && !(white > 0 && float.IsFinite(white)), nameof(WhiteLevel),
            $"WhiteLevel is {WhiteLevel}; it must be above 0.");
        Refuse(TileSize is { } size && (size is < PictureTiles.LeastSize or > MostTileSize || size % PictureTiles.SizeStep != 0),
            nameof(TileSize),
            $"TileSize is {TileSize}; it must be {PictureTiles.LeastSize} to {MostTileSize} and a multiple of {PictureTiles.SizeStep}.");
        Refuse(Steps is not null && !IsAscending(Steps, PictureDiffusionSettings.NoiseLevels), nameof(Steps),
            $"Steps is {Listed(Steps)}; ascending numbers of 0 to {PictureDiffusionSettings.NoiseLevels - 1} were expected.");
        Refuse(Blocks is not null && !IsAscending(Blocks, int.MaxValue), nameof(Blocks),
            $"Blocks is {Listed(Blocks)}; ascending numbers from 0 were expected.");
        Refuse(Pretrained is { Length: 0 }, nameof(Pretrained), "Pretrained is empty; the name of a file was expected.");
        Refuse(TrainingPasses < 1, nameof(TrainingPasses), $"TrainingPasses is {TrainingPasses}; it must be 1 or more.");
        Refuse(MaxTrainingTime <= TimeSpan.Zero, nameof(MaxTrainingTime), $"MaxTrainingTime is {MaxTrainingTime}; it must be above 0.");
        Refuse(!Enum.IsDefined(Engine), nameof(Engine), $"Engine is {Engine}; it must be Auto, Managed or TorchSharp.");
        Refuse(
            Checkpoint?.Interval < TimeSpan.Zero, nameof(Checkpoint), "The interval of Checkpoint is negative; it must be 0 or more.");
        Refuse(
            Checkpoint is not null && Pretrained is not null, nameof(Checkpoint),
            "Checkpoint and Pretrained are set, and a network that was trained before is not trained; one of them was expected.");
        Refuse(GpuDeviceId < 0, nameof(GpuDeviceId), $"GpuDeviceId is {GpuDeviceId}; it must be 0 or more.");
    }

    internal virtual DiffusionImageOptions Copy()
    {
        var copy = (DiffusionImageOptions)MemberwiseClone();
        (copy.Steps, copy.Blocks) = (Steps?.ToArray(), Blocks?.ToArray());
        return copy;
    }

    /// <summary>The seed of a training.</summary>
    internal ulong SeedFor(IHost host) => (uint)(Seed ?? HostAccess.SeedOf(host) ?? Random.Shared.Next());

    /// <summary>The settings of a training, with the network that was trained before.</summary>
    /// <param name="settings">Those of the method.</param>
    /// <param name="form">The pictures.</param>
    /// <param name="seed">Where everything random comes from.</param>
    /// <param name="host">The component.</param>
    /// <param name="channel">Told what computes.</param>
    /// <exception cref="ArgumentException">The network that was trained before is not there, or has no such block.</exception>
    /// <exception cref="InvalidDataException">The network that was trained before does not fit, or is damaged.</exception>
    /// <exception cref="InvalidOperationException">The engine that is wanted is not there.</exception>
    internal SegmentationOptions Apply(SegmentationOptions settings, PictureForm form, ulong seed, IHost host, IChannel channel)
    {
        settings = Details ?? settings;
        settings = settings with
        {
            Seed = seed,
            MaxTrainingTime = MaxTrainingTime,
            Checkpoint = Checkpoint,
            Diffusion = settings.Diffusion with { Passes = TrainingPasses },
            Steps = Steps ?? settings.Steps,
            Blocks = Blocks ?? settings.Blocks,
        };
        if (Pretrained is { } path)
            return settings with { Pretrained = PretrainedFeatures.Read(path, form, this, seed) };
        (int? gpu, bool falls) = TrainingEngine.Announce(host, channel, Engine, GpuDeviceId, FallbackToCpu);
        return settings with { Engine = EngineChoice.Decide(Engine, gpu, falls) };
    }

    private protected static void Refuse(bool condition, string option, string sentence)
    {
        if (condition)
            throw new ArgumentException(sentence, option);
    }

    private static bool IsAscending(int[] numbers, int end) =>
        numbers.Length > 0 && numbers[0] >= 0 && numbers[^1] < end && CheckedReading.Ascend(numbers);

    private static string Listed(int[]? numbers) => numbers is { Length: > 0 } ? string.Join(", ", numbers) : "empty";
}
