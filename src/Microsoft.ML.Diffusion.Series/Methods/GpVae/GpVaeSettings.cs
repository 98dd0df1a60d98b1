namespace Microsoft.ML.Diffusion.Series.Methods.GpVae;

/// <summary>The sizes and the training of GP-VAE. The defaults are those of the paper for PhysioNet 2012 (Fortuin et al. 2020,
/// appendix A).</summary>
internal sealed record GpVaeSettings
{
    /// <summary>The steps of a series that the network sees at a time; shorter series are filled up with missing steps.</summary>
    public int Steps { get; init; } = 48;

    /// <summary>The number of latents of a step.</summary>
    public int Latents { get; init; } = 35;

    /// <summary>The filters of the convolution over time, then the sizes of the dense layers of the encoder.</summary>
    public IReadOnlyList<int> Encoder { get; init; } = [128, 128];

    /// <summary>The sizes of the dense layers of the decoder.</summary>
    public IReadOnlyList<int> Decoder { get; init; } = [256, 256];

    /// <summary>The steps that the convolution sees.</summary>
    public int Window { get; init; } = 24;

    /// <summary>The variance of the prior.</summary>
    public double Variance { get; init; } = 1.005;

    /// <summary>The length scale of the prior, in steps.</summary>
    public double LengthScale { get; init; } = 7;

    /// <summary>How many length scales there are, each half of the one before.</summary>
    public int Scales { get; init; } = 1;

    /// <summary>The weight of the divergence from the prior.</summary>
    public double Beta { get; init; } = 0.2;

    /// <summary>How the precision of the posterior is made.</summary>
    public PrecisionSquash Squash { get; init; } = PrecisionSquash.Sigmoid;

    /// <summary>How often each series is seen.</summary>
    public int Epochs { get; init; } = 40;

    /// <summary>The series of a training step.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>The first learning rate of Adam.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>After how many epochs the learning rate is halved, down to a tenth of the first; 0 for never.</summary>
    public int HalvedEvery { get; init; } = 10;

    /// <summary>The largest norm of a gradient.</summary>
    public double MaxGradientNorm { get; init; } = 1e4;

    /// <summary>Whether the decoder gives logits of cells that are 0 or 1; otherwise means with a variance of 1.</summary>
    public bool IsBinary { get; init; }

    /// <summary>The pixels of a row where the variables of a step are a picture: it is convolved before the encoder. 0 for none.</summary>
    public int PictureWidth { get; init; }

    /// <summary>The filters of the first convolution of a picture.</summary>
    public int PictureFilters { get; init; } = 256;
}
