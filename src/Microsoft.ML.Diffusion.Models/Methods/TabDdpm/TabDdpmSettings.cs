namespace Microsoft.ML.Diffusion.Models.Methods.TabDdpm;

/// <summary>What a <see cref="TabDdpmDenoiser"/> is trained with; the figures are those of <see cref="TabDdpmOptions.Paper"/>.</summary>
internal sealed record TabDdpmSettings
{
    /// <summary>The width of each block.</summary>
    public required int[] Widths { get; init; }

    /// <summary>The number of optimizer steps.</summary>
    public required int Steps { get; init; }

    /// <summary>Rows per step.</summary>
    public required int BatchSize { get; init; }

    /// <summary>The first learning rate, which falls in a line to 0.</summary>
    public required double LearningRate { get; init; }

    /// <summary>The probability of dropping a hidden element.</summary>
    public required double Dropout { get; init; }

    /// <summary>AdamW's weight decay.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Decay of the moving average of the weights.</summary>
    public double AverageDecay { get; init; } = 0.999;
}
