namespace Microsoft.ML.Diffusion.Models.Methods.MedDiff;

/// <summary>What a <see cref="UNet1dDenoiser"/> is trained with.</summary>
internal sealed record MedDiffSettings
{
    /// <summary>Hidden columns of the classifier of noisy rows.</summary>
    public const int ClassifierWidth = 128;

    /// <summary>Channels of a position.</summary>
    public required int Channels { get; init; }

    /// <summary>The number of optimizer steps.</summary>
    public required int Steps { get; init; }

    /// <summary>Rows per step.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Adam's learning rate.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Whether the network learns the noise, and not the velocity.</summary>
    public required bool PredictsNoise { get; init; }

    /// <summary>How classes are learned.</summary>
    public required LabelGuidance Guidance { get; init; }

    /// <summary>The share of rows that the network is not told the class of.</summary>
    public double Unconditional { get; init; } = 0.1;

    /// <summary>Decay of the moving average of the weights.</summary>
    public double AverageDecay { get; init; } = 0.999;
}
