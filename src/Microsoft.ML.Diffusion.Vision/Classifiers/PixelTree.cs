using System.Runtime.CompilerServices;
using Microsoft.ML.Diffusion.Models.Persistence;

namespace Microsoft.ML.Diffusion.Vision.Classifiers;

/// <summary>A tree of splits at thresholds, with the shares of the classes in each leaf.</summary>
internal sealed class PixelTree
{
    /// <summary>The leaf of a split, and the feature of a leaf.</summary>
    private const int NoLeaf = -1;

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
        {
            _nodes[i] = features[i] < 0
                ? new Node(0, i, 0, float.PositiveInfinity, next[i])
                : new Node(features[i], next[i], 1, thresholds[i], NoLeaf);
        }

        _entropies = new double[shares.Length / classes];
        for (int leaf = 0; leaf < _entropies.Length; leaf++)
            _entropies[leaf] = MemberVotes.Entropy(SharesOf(leaf, classes));
    }

    /// <summary>The leaves of some pixels.</summary>
    /// <remarks>A step down the tree waits for the node that the step before has found. So four pixels go down side by side, and the
    /// processor works on one while it waits for another. A pixel that has reached its leaf stays there.</remarks>
    /// <param name="features">[pixels, count].</param>
    /// <param name="count">Features of a pixel.</param>
    /// <param name="leaves">Receives the place of each pixel's leaf among the leaves.</param>
    public void LeavesOf(ReadOnlySpan<float> features, int count, Span<int> leaves)
    {
        ReadOnlySpan<Node> nodes = _nodes;
        int i = 0;
        for (; i <= leaves.Length - 4; i += 4)
        {
            ReadOnlySpan<float> a = features.Slice(i * count, count), b = features.Slice((i + 1) * count, count);
            ReadOnlySpan<float> c = features.Slice((i + 2) * count, count), d = features.Slice((i + 3) * count, count);
            int na = 0, nb = 0, nc = 0, nd = 0, moved;
            do
            {
                moved = Step(nodes, a, ref na) | Step(nodes, b, ref nb) | Step(nodes, c, ref nc) | Step(nodes, d, ref nd);
            }
            while (moved != 0);
            (leaves[i], leaves[i + 1], leaves[i + 2], leaves[i + 3]) = (nodes[na].Leaf, nodes[nb].Leaf, nodes[nc].Leaf, nodes[nd].Leaf);
        }

        for (; i < leaves.Length; i++)
        {
            int node = 0;
            while (Step(nodes, features.Slice(i * count, count), ref node) != 0)
            {
            }

            leaves[i] = nodes[node].Leaf;
        }
    }

    /// <summary>One step down, without a branch that the processor would have to guess; 0 where the node is a leaf.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Step(ReadOnlySpan<Node> nodes, ReadOnlySpan<float> features, ref int place)
    {
        ref readonly Node node = ref nodes[place];
        // A leaf is followed by itself, whatever the feature is.
        int next = node.Next + (features[node.Feature] <= node.Threshold ? 0 : node.Right), moved = next ^ place;
        place = next;
        return moved;
    }

    /// <summary>Adds what some leaves say to what other trees said.</summary>
    /// <param name="leaves">The leaf of each pixel.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="sums">[pixels, classes]: the shares of the classes are added to these.</param>
    /// <param name="entropies">[pixels]: the entropies of the shares are added to these.</param>
    public void AddShares(ReadOnlySpan<int> leaves, int classes, Span<float> sums, Span<double> entropies)
    {
        ReadOnlySpan<float> shares = _shares;
        ReadOnlySpan<double> own = _entropies;
        for (int i = 0, target = 0; i < leaves.Length; i++)
        {
            int leaf = leaves[i], source = leaf * classes;
            entropies[i] += own[leaf];
            for (int end = source + classes; source < end; source++, target++)
                sums[target] += shares[source];
        }
    }

    private ReadOnlySpan<float> SharesOf(int leaf, int classes) => _shares.AsSpan(leaf * classes, classes);

    /// <summary>Writes the tree.</summary>
    public void Save(BinaryWriter writer)
    {
        writer.WriteArray([.. _nodes.Select(node => node.Leaf < 0 ? node.Feature : NoLeaf)]);
        writer.WriteArray([.. _nodes.Select(node => node.Leaf < 0 ? node.Threshold : 0)]);
        writer.WriteArray([.. _nodes.Select(node => node.Leaf < 0 ? node.Next : node.Leaf)]);
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
    /// <param name="Feature">The feature that is compared.</param>
    /// <param name="Next">The node on the left side.</param>
    /// <param name="Right">How far behind it the node on the right side is; 0 for a leaf.</param>
    /// <param name="Threshold">What the feature is at most on the left side.</param>
    /// <param name="Leaf">The place among the leaves; -1 for a split.</param>
    private readonly record struct Node(int Feature, int Next, int Right, float Threshold, int Leaf);
}
