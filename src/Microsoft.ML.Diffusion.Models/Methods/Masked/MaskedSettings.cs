namespace Microsoft.ML.Diffusion.Models.Methods.Masked;

/// <summary>What a <see cref="MaskedDenoiser"/> is trained with.</summary>
internal sealed record MaskedSettings
{
    /// <summary>The number of optimizer steps.</summary>
    public required int Steps { get; init; }

    /// <summary>Rows per step.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Width of the residual blocks.</summary>
    public required int Width { get; init; }

    /// <summary>Number of residual blocks.</summary>
    public required int Blocks { get; init; }

    /// <summary>The largest learning rate.</summary>
    public required double LearningRate { get; init; }

    /// <summary>The probability of dropping a hidden element.</summary>
    public required double Dropout { get; init; }

    /// <summary>The share of rows held back to choose the best weights.</summary>
    public required double ValidationShare { get; init; }

    /// <summary>The share of batch rows of which the columns drawn first are known, as they are while whole rows
    /// are drawn; of the others any.</summary>
    public required double OrderedShare { get; init; }

    /// <summary>The label among the columns with tokens; null for none.</summary>
    public int? Label { get; init; }

    /// <summary>Decay of the moving average of the weights.</summary>
    public double AverageDecay { get; init; } = 0.998;

    /// <summary>AdamW's weight decay.</summary>
    public double WeightDecay { get; init; } = 0.01;
}
