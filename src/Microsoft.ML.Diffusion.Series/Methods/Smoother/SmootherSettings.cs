namespace Microsoft.ML.Diffusion.Series.Methods.Smoother;

/// <summary>How a <see cref="SmootherModel"/> is fitted.</summary>
internal sealed record SmootherSettings
{
    /// <summary>The columns of the loadings of each process; more variables than these share them.</summary>
    public int Rank { get; init; } = 10;

    /// <summary>Steps of gradient ascent; 0 leaves what the moments say.</summary>
    public int Steps { get; init; } = 80;

    /// <summary>The stretches of series of a step.</summary>
    public int Batch { get; init; } = 16;

    /// <summary>The most observed cells of a stretch in the fit: longer ones are cut or thinned.</summary>
    public int FittedCells { get; init; } = 300;

    /// <summary>The step width of the ascent.</summary>
    public double LearningRate { get; init; } = 0.03;

    /// <summary>The period to look for, in units of time; null to try those of the calendar, 0 for none.</summary>
    public double? Period { get; init; }

    /// <summary>Whether variables are told nothing of each other.</summary>
    public bool IsSeparate { get; init; }
}
