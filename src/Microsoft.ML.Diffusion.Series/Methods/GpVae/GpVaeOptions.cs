using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Series.Methods.Networks;

namespace Microsoft.ML.Diffusion.Series.Methods.GpVae;

/// <summary>Options of GP-VAE (Fortuin et al. 2020, "GP-VAE: Deep Probabilistic Time Series Imputation"): a variational autoencoder of the
/// steps whose latents follow Gaussian processes in time. The defaults are those of the paper for PhysioNet 2012.</summary>
public sealed class GpVaeOptions : SeriesNetworkOptions
{
    private static readonly GpVaeSettings s_defaults = new();

    /// <inheritdoc/>
    public override SeriesImputationMethod Registration => GpVaeImputation.Instance;

    /// <summary>The steps that the network sees at a time, 1 to 4,096; longer series are cut. Default: 48.</summary>
    public int Steps { get; set; } = s_defaults.Steps;

    /// <summary>The latents of a step, 1 or more. Default: 35.</summary>
    public int Latents { get; set; } = s_defaults.Latents;

    /// <summary>The filters of the convolution over time, then the sizes of the dense layers. Default: 128, 128.</summary>
    public IReadOnlyList<int> Encoder { get; set; } = s_defaults.Encoder;

    /// <summary>The sizes of the dense layers of the decoder. Default: 256, 256.</summary>
    public IReadOnlyList<int> Decoder { get; set; } = s_defaults.Decoder;

    /// <summary>The steps that the convolution sees, 1 or more. Default: 24.</summary>
    public int Window { get; set; } = s_defaults.Window;

    /// <summary>The variance of the prior, above 0. Default: 1.005.</summary>
    public double Variance { get; set; } = s_defaults.Variance;

    /// <summary>The length scale of the prior, in steps, above 0. Default: 7.</summary>
    public double LengthScale { get; set; } = s_defaults.LengthScale;

    /// <summary>How many length scales there are, each half of the one before, 1 to 64. Default: 1.</summary>
    public int Scales { get; set; } = s_defaults.Scales;

    /// <summary>The weight of the divergence from the prior, at least 0. Default: 0.2.</summary>
    public double Beta { get; set; } = s_defaults.Beta;

    /// <summary>Whether the precision of the posterior is made by softplus, as the paper has it for pictures; otherwise by sigmoid.
    /// Default: false.</summary>
    public bool SoftplusPosterior { get; set; }

    /// <summary>Whether neighbouring steps of the posterior may vary together, which the paper's cannot. Default: false, as in the
    /// paper.</summary>
    public bool SignedPosterior { get; set; }

    /// <summary>Whether cells are 0 or 1, as in pictures of two colours. Default: false.</summary>
    public bool IsBinary { get; set; }

    /// <summary>The pixels of a row where the variables of a step are a picture, row after row; 0 for none. Default: 0.</summary>
    public int PictureWidth { get; set; }

    /// <summary>How often each series is seen, 1 or more. Default: 40.</summary>
    public int Epochs { get; set; } = s_defaults.Epochs;

    /// <summary>The series of a training step, 1 or more. Default: 64.</summary>
    public int BatchSize { get; set; } = s_defaults.BatchSize;

    /// <summary>The first learning rate of Adam, above 0 and at most 1. Default: 0.001.</summary>
    public double LearningRate { get; set; } = s_defaults.LearningRate;

    /// <summary>After how many epochs the learning rate is halved, down to a tenth of the first; 0 for never. Default: 10.</summary>
    public int HalvedEvery { get; set; } = s_defaults.HalvedEvery;

    /// <summary>The settings of the paper for PhysioNet 2012.</summary>
    public static GpVaeOptions Paper() => new();

    /// <summary>The settings of the paper for Healing MNIST: ten pictures of 28 by 28 pixels a series.</summary>
    public static GpVaeOptions HealingMnist() => new()
    {
        Steps = 10, Latents = 256, Encoder = [256, 256], Decoder = [256, 256, 256], Window = 3, Variance = 1, LengthScale = 2, Beta = 0.8,
        SoftplusPosterior = true, IsBinary = true, PictureWidth = 28, Epochs = 20, HalvedEvery = 0,
    };

    /// <summary>The settings of the paper for SPRITES: eight pictures a series.</summary>
    public static GpVaeOptions Sprites() => new()
    {
        Steps = 8, Latents = 256, Encoder = [32, 256, 256], Decoder = [256, 256, 256], Window = 3, Variance = 1, LengthScale = 2,
        Beta = 0.1, SoftplusPosterior = true, Epochs = 20, HalvedEvery = 0,
    };

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(Steps is >= 1 and <= 4096, nameof(Steps), Steps, "between 1 and 4,096");
        Require(Latents is >= 1 and <= 65_536, nameof(Latents), Latents, "between 1 and 65,536");
        Require(Encoder.Count is >= 1 and <= 64 && Encoder.All(AreUnits), nameof(Encoder), Encoder, "one or more sizes from 1 to 65,536");
        Require(Decoder.Count <= 64 && Decoder.All(AreUnits), nameof(Decoder), Decoder, "sizes from 1 to 65,536");
        Require(Window is >= 1 and <= 4096, nameof(Window), Window, "between 1 and 4,096");
        Require(Variance > 0 && double.IsFinite(Variance), nameof(Variance), Variance, "above 0");
        Require(LengthScale > 0 && double.IsFinite(LengthScale), nameof(LengthScale), LengthScale, "above 0");
        Require(Scales is >= 1 and <= 64, nameof(Scales), Scales, "between 1 and 64");
        Require(Beta >= 0 && double.IsFinite(Beta), nameof(Beta), Beta, "at least 0");
        Require(PictureWidth >= 0, nameof(PictureWidth), PictureWidth, "at least 0");
        Require(Epochs >= 1, nameof(Epochs), Epochs, "at least 1");
        Require(BatchSize is >= 1 and <= 65_536, nameof(BatchSize), BatchSize, "between 1 and 65,536");
        Require(LearningRate is > 0 and <= 1, nameof(LearningRate), LearningRate, "above 0 and at most 1");
        Require(HalvedEvery >= 0, nameof(HalvedEvery), HalvedEvery, "at least 0");
        static bool AreUnits(int size) => size is >= 1 and <= 65_536;
    }

    internal GpVaeSettings Settings() => new()
    {
        Steps = Steps,
        Latents = Latents,
        Encoder = Encoder,
        Decoder = Decoder,
        Window = Window,
        Variance = Variance,
        LengthScale = LengthScale,
        Scales = Scales,
        Beta = Beta,
        Squash = SignedPosterior ? PrecisionSquash.Signed : SoftplusPosterior ? PrecisionSquash.Softplus : PrecisionSquash.Sigmoid,
        IsBinary = IsBinary,
        PictureWidth = PictureWidth,
        Epochs = Epochs,
        BatchSize = BatchSize,
        LearningRate = LearningRate,
        HalvedEvery = HalvedEvery,
    };
}
