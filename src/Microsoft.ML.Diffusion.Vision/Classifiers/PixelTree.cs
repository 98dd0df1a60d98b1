using Microsoft.ML.Diffusion.Models.Persistence;

namespace Microsoft.ML.Diffusion.Vision.Classifiers;

/// <summary>A tree of splits at thresholds, with the shares of the classes in each leaf.</summary>
internal sealed class PixelTree
{
    private readonly Node[] _nodes;
    private readonly float[] _shares;
    private readonly double[] _entropies;

    /// <param name="features">The feature of each node's split; -1 for a leaf.</param>
    /// <param name="thresholds">What the feature is at most on the left side.</param>
    /// <param name="next">The left one of the two nodes that follow a split, the right one is behind it; the place of a leaf among the
    /// leaves.</param>
    /// <param name="shares">[leaves, classes].</param>
    /// <param name="classes">The number of classes.</param>
    public PixelTree(
        IReadOnlyList<int> features, IReadOnlyList<float> thresholds, IReadOnlyList<int> next, float[] shares, int classes)
    {
        _shares = shares;
        _nodes = new Node[features.Count];
        for (int i = 0; i < _nodes.Length; i++)
            _nodes[i] = new Node(features[i], next[i], thresholds[i]);
        _entropies = new double[shares.Length / classes];
        for (int leaf = 0; leaf < _entropies.Length; leaf++)
            _entropies[leaf] = MemberVotes.Entropy(SharesOf(leaf, classes));
    }

    /// <summary>The leaf of a pixel.</summary>
    public int LeafOf(ReadOnlySpan<float> features)
    {
        Node[] nodes = _nodes;
        ref readonly Node node = ref nodes[0];
        while (node.Feature >= 0)
            node = ref nodes[features[node.Feature] <= node.Threshold ? node.Next : node.Next + 1];
        return node.Next;
    }

    /// <summary>The shares of the classes in a leaf.</summary>
    public ReadOnlySpan<float> SharesOf(int leaf, int classes) => _shares.AsSpan(leaf * classes, classes);

    /// <summary>The entropy of the shares in a leaf.</summary>
    public double EntropyOf(int leaf) => _entropies[leaf];

    /// <summary>Writes the tree.</summary>
    public void Save(BinaryWriter writer)
    {
        writer.WriteArray([.. _nodes.Select(node => node.Feature)]);
        writer.WriteArray([.. _nodes.Select(node => node.Threshold)]);
        writer.WriteArray([.. _nodes.Select(node => node.Next)]);
        writer.WriteArray(_shares);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The data are damaged.</exception>
    public static PixelTree Load(BinaryReader reader, int features, int classes)
    {
        int[] split = reader.ReadArray<int>();
        float[] thresholds = reader.ReadFiniteSingles("thresholds");
        int[] next = reader.ReadArray<int>();
        float[] shares = reader.ReadFiniteSingles("shares");
        int nodes = split.Length;
        bool isSound = nodes > 0 && thresholds.Length == nodes && next.Length == nodes && shares.Length % classes == 0;
        for (int i = 0; isSound && i < nodes; i++)
        {
            // What follows a split lies behind it, so that every way ends.
            isSound = split[i] < 0
                ? next[i] >= 0 && next[i] < shares.Length / classes
                : split[i] < features && next[i] > i && next[i] < nodes - 1;
        }

        CheckedReading.Require(isSound, "a tree contradicts itself");
        return new PixelTree(split, thresholds, next, shares, classes);
    }

    /// <summary>A split or a leaf; together, so that a step down the tree fetches one line of memory.</summary>
    private readonly record struct Node(int Feature, int Next, float Threshold);
}
