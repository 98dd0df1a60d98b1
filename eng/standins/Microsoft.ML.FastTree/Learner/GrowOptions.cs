namespace Microsoft.ML.Trainers.FastTree.Learner;

/// <summary>When a tree stops growing and which features it may ask for.</summary>
internal sealed record GrowOptions
{
    public int MaximumLeafCount { get; init; } = 20;

    public int MinimumExamplesPerLeaf { get; init; } = 10;

    public double MinimumHessianPerLeaf { get; init; } = 1e-3;

    public double L2Regularization { get; init; }

    /// <summary>The share of the features that a tree may use.</summary>
    public double FeatureFraction { get; init; } = 1;

    /// <summary>The share of those that one split may use.</summary>
    public double FeatureFractionPerSplit { get; init; } = 1;

    public int Threads { get; init; } = Environment.ProcessorCount;
}
