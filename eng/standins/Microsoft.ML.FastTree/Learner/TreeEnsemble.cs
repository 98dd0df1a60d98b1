namespace Microsoft.ML.Trainers.FastTree.Learner;

/// <summary>Trees whose outputs add up, after a bias.</summary>
internal sealed class TreeEnsemble
{
    private readonly Tree[] _trees;
    private readonly double _bias;

    public TreeEnsemble(IEnumerable<Tree> trees, double bias, int featureCount)
    {
        _trees = trees.ToArray();
        _bias = bias;
        FeatureCount = featureCount;
    }

    public int FeatureCount { get; }

    public float Score(ReadOnlySpan<float> features)
    {
        double sum = _bias;
        foreach (Tree tree in _trees)
            sum += tree.Score(features);
        return (float)sum;
    }

    /// <summary>This ensemble with its bias and the outputs of its trees multiplied, which are changed in place.</summary>
    public TreeEnsemble Scaled(double factor)
    {
        foreach (Tree tree in _trees)
            tree.Scale(factor);
        return new TreeEnsemble(_trees, _bias * factor, FeatureCount);
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(FeatureCount);
        writer.Write(_bias);
        writer.Write(_trees.Length);
        foreach (Tree tree in _trees)
            tree.Save(writer);
    }

    public static TreeEnsemble Load(BinaryReader reader)
    {
        int featureCount = reader.ReadInt32();
        double bias = reader.ReadDouble();
        var trees = new Tree[reader.ReadInt32()];
        for (int i = 0; i < trees.Length; i++)
            trees[i] = Tree.Load(reader);
        return new TreeEnsemble(trees, bias, featureCount);
    }
}
