namespace Microsoft.ML.Diffusion.Vision.Classifiers;

/// <summary>How an ensemble of <see cref="PixelMlp"/> is trained.</summary>
internal sealed record MlpEnsembleSettings
{
    private const int ManyClasses = 30;

    /// <summary>The number of members.</summary>
    public int Members { get; init; } = 10;

    /// <summary>Pixels of a step.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>The most times that a member sees every pixel.</summary>
    public int Epochs { get; init; } = 100;

    /// <summary>The epoch, 1 for the first, from which a member stops where its loss falls no more.</summary>
    public int FirstStoppingEpoch { get; init; } = 5;

    /// <summary>How many steps without a new lowest loss are one too few to stop.</summary>
    public int Patience { get; init; } = 50;

    /// <summary>The learning rate of Adam.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>The most pixels that a member learns from; 0 for all of them.</summary>
    public int MostPixels { get; init; }

    /// <summary>Whether features are scaled to mean 0 and variance 1 first.</summary>
    public bool Standardizes { get; init; }

    /// <summary>Whether probabilities are the members' mean; otherwise the share of members that take a class for the most probable
    /// one.</summary>
    public bool AveragesProbabilities { get; init; }

    /// <summary>The ensemble of the published work.</summary>
    public static MlpEnsembleSettings Published { get; } = new();

    /// <summary>Columns of the two hidden layers.</summary>
    public static (int First, int Second) HiddenSizes(int classes) => classes < ManyClasses ? (128, 32) : (256, 128);
}
