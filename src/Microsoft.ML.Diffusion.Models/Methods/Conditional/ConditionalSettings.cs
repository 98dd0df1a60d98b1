namespace Microsoft.ML.Diffusion.Models.Methods.Conditional;

/// <summary>What one <see cref="ConditionalDenoiser"/> is trained with.</summary>
internal sealed record ConditionalSettings
{
    /// <summary>The number of its random stream, from 0.</summary>
    public required ulong Stream { get; init; }

    /// <summary>The most bins of a number's piecewise linear encoding; 0 for none.</summary>
    public required int Bins { get; init; }

    /// <summary>In every row a share of the observed cells is hidden that is uniform between 0 and this.</summary>
    public required double MostHidden { get; init; }

    /// <summary>The number of optimizer steps over which the learning rate comes down.</summary>
    public required int Steps { get; init; }

    /// <summary>After how many of them the training ends.</summary>
    public required int StopAfter { get; init; }

    /// <summary>Rows per step.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Width of the residual blocks.</summary>
    public required int Width { get; init; }

    /// <summary>Number of residual blocks.</summary>
    public required int Blocks { get; init; }

    /// <summary>The first learning rate of a half cosine.</summary>
    public required double LearningRate { get; init; }

    /// <summary>The share of batch rows at full noise, where the expectation is learned; the others are at a level in between, where
    /// drawing is learned.</summary>
    public required double FullNoiseShare { get; init; }

    /// <summary>Whether cells of columns in which nothing is missing are never hidden.</summary>
    public bool OnlyMissingColumns { get; init; }

    /// <summary>Decay of the moving average of the weights.</summary>
    public double AverageDecay { get; init; } = 0.998;

    /// <summary>AdamW's weight decay.</summary>
    public double WeightDecay { get; init; } = 0.01;
}
