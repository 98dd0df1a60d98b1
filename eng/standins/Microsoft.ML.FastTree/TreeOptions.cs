namespace Microsoft.ML.Trainers.FastTree;

// What all tree ensembles can be told.
public abstract class TreeOptions : TrainerInputBaseWithGroupId
{
    private protected TreeOptions()
    {
    }

    // Null: as many as the machine has processors.
    public int? NumberOfThreads;

    public int Seed = 123;

    public int MaximumBinCountPerFeature = 255;

    public int NumberOfLeaves = 20;

    public int MinimumExampleCountPerLeaf = 10;

    public int NumberOfTrees = 100;

    // The share of the features that a tree may use.
    public double FeatureFraction = 1;

    // The share of those that one split may use.
    public double FeatureFractionPerSplit = 1;

    // The share of the rows that a tree of a forest learns from.
    public double BaggingExampleFraction = 0.7;

    internal Learner.GrowOptions ToGrowOptions() => new()
    {
        MaximumLeafCount = NumberOfLeaves,
        MinimumExamplesPerLeaf = MinimumExampleCountPerLeaf,
        FeatureFraction = FeatureFraction,
        FeatureFractionPerSplit = FeatureFractionPerSplit,
        Threads = NumberOfThreads ?? Environment.ProcessorCount,
    };

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(NumberOfLeaves, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(NumberOfTrees, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MinimumExampleCountPerLeaf, 1);
    }
}

public abstract class BoostedTreeOptions : TreeOptions
{
    private protected BoostedTreeOptions()
    {
    }

    public double LearningRate = 0.2;
}

public abstract class FastForestOptionsBase : TreeOptions
{
    private protected FastForestOptionsBase()
    {
        FeatureFraction = 0.7;
        FeatureFractionPerSplit = 0.7;
    }
}
