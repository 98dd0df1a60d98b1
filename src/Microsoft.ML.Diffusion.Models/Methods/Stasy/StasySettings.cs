namespace Microsoft.ML.Diffusion.Models.Methods.Stasy;

/// <summary>What a <see cref="StasyDenoiser"/> is trained with.</summary>
internal sealed record StasySettings
{
    /// <summary>The width of each layer.</summary>
    public required int[] Widths { get; init; }

    /// <summary>Whether rows and scores are brought to the same size whatever the noise.</summary>
    public required bool IsScaled { get; init; }

    /// <summary>The number of optimizer steps.</summary>
    public required int Steps { get; init; }

    /// <summary>Rows per step.</summary>
    public required int BatchSize { get; init; }

    /// <summary>The learning rate.</summary>
    public required double LearningRate { get; init; }

    /// <summary>alpha and beta at the start; null where all rows count from the start.</summary>
    public required (double Alpha, double Beta)? Pace { get; init; }

    /// <summary>How often the network is tuned on rows that it finds unlikely.</summary>
    public required int FineTuningRounds { get; init; }

    /// <summary>The learning rate of that.</summary>
    public required double FineTuningRate { get; init; }

    /// <summary>Decay of the moving average of the weights.</summary>
    public double AverageDecay { get; init; } = 0.9999;

    /// <summary>After how many steps every row counts, at the latest.</summary>
    public int PaceSteps { get; init; } = 10_000;

    /// <summary>The error of a step of the flow along which densities are measured.</summary>
    public double DensityTolerance { get; init; } = 1e-3;
}
