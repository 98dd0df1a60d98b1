namespace Microsoft.ML.Diffusion.Models;

/// <summary>What a <see cref="MissDiffDenoiser"/> is trained with; the figures are those of <see cref="TabularDiffusionModel.Options.Paper"/>.</summary>
internal sealed record MissDiffSettings
{
    /// <summary>How often the training goes over the rows.</summary>
    public required int Epochs { get; init; }

    /// <summary>Rows per step.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Width of the residual blocks.</summary>
    public required int Width { get; init; }

    /// <summary>Number of residual blocks.</summary>
    public required int Blocks { get; init; }

    /// <summary>The first learning rate.</summary>
    public required double LearningRate { get; init; }
}
