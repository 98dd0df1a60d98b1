namespace Microsoft.ML.Diffusion.Vision.Classifiers;

/// <summary>How a <see cref="PixelForest"/> is trained.</summary>
internal sealed record PixelForestSettings
{
    /// <summary>The number of trees.</summary>
    public int Trees { get; init; } = 50;

    /// <summary>The most pixels that are learnt from.</summary>
    public int MostPixels { get; init; } = 16_000;

    /// <summary>The fewest pixels of a leaf.</summary>
    public int LeastLeaf { get; init; } = 1;

    /// <summary>The most splits from the root to a leaf.</summary>
    public int MostDepth { get; init; } = 40;
}
