namespace Microsoft.ML.Diffusion.Models.Methods.Csdi;

/// <summary>What a <see cref="CsdiDenoiser"/> is trained with.</summary>
internal sealed record CsdiSettings
{
    /// <summary>CSDI-T, which is told known values; otherwise MissDiff, which learns whole rows.</summary>
    public required bool IsConditional { get; init; }

    /// <summary>How often the training goes over the rows.</summary>
    public required int Epochs { get; init; }

    /// <summary>Rows per step.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Channels of each token.</summary>
    public required int Width { get; init; }

    /// <summary>Number of residual blocks.</summary>
    public required int Blocks { get; init; }

    /// <summary>The first learning rate.</summary>
    public required double LearningRate { get; init; }
}
