using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.Diffusion.Models.Persistence;

namespace Microsoft.ML.Diffusion.Vision.Classifiers;

/// <summary>A tree of splits at thresholds, with the shares of the classes in each leaf.</summary>
internal sealed class PixelTree
{
    private const int Abreast = 8;

    private readonly Node[] _nodes;
    private readonly float[] _shares;
    private readonly double[] _entropies;
    private readonly int _lastFeature;

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
            _nodes[i] = features[i] >= 0 ? new Node(features[i], next[i], thresholds[i], -1)
                : new Node(0, i, float.PositiveInfinity, next[i]);
            _lastFeature = Math.Max(_lastFeature, features[i]);
        }

        _entropies = new double[shares.Length / classes];
        for (int leaf = 0; leaf < _entropies.Length; leaf++)
            _entropies[leaf] = MemberVotes.Entropy(SharesOf(leaf, classes));
    }

    /// <summary>The leaves of some pixels.</summary>
    /// <param name="features">[pixels, columns].</param>
    /// <param name="columns">Features of a pixel; those of all splits are among them.</param>
    /// <param name="leaves">Receives the leaf of each pixel.</param>
    public void FindLeaves(ReadOnlySpan<float> features, int columns, Span<int> leaves)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(columns, _lastFeature);
        int pixel = 0;
        for (; pixel <= leaves.Length - Abreast; pixel += Abreast)
            FindLeavesAbreast(features.Slice(pixel * columns, Abreast * columns), columns, leaves.Slice(pixel, Abreast));
        for (; pixel < leaves.Length; pixel++)
            leaves[pixel] = LeafOf(features.Slice(pixel * columns, columns));
    }

    private int LeafOf(ReadOnlySpan<float> features)
    {
        int place = 0;
        while (_nodes[place].Leaf < 0)
            place = _nodes[place].Next + (features[_nodes[place].Feature] > _nodes[place].Threshold ? 1 : 0);
        return _nodes[place].Leaf;
    }

    /// <summary>The same for several pixels that go down side by side, so that the processor waits for several nodes at once. A pixel that
    /// has come to its leaf stays there until all have.</summary>
    private void FindLeavesAbreast(ReadOnlySpan<float> features, int columns, Span<int> leaves)
    {
        // Without looks at bounds: every node leads to one of the tree, and every feature is below the columns.
        ref Node nodes = ref MemoryMarshal.GetArrayDataReference(_nodes);
        ref float first = ref MemoryMarshal.GetReference(features);
        int n0 = 0, n1 = 0, n2 = 0, n3 = 0, n4 = 0, n5 = 0, n6 = 0, n7 = 0, moved = 1;
        while (moved != 0)
        {
            moved = Step(ref nodes, ref first, ref n0) | Step(ref nodes, ref Unsafe.Add(ref first, columns), ref n1);
            moved |= Step(ref nodes, ref Unsafe.Add(ref first, 2 * columns), ref n2);
            moved |= Step(ref nodes, ref Unsafe.Add(ref first, 3 * columns), ref n3);
            moved |= Step(ref nodes, ref Unsafe.Add(ref first, 4 * columns), ref n4);
            moved |= Step(ref nodes, ref Unsafe.Add(ref first, 5 * columns), ref n5);
            moved |= Step(ref nodes, ref Unsafe.Add(ref first, 6 * columns), ref n6);
            moved |= Step(ref nodes, ref Unsafe.Add(ref first, 7 * columns), ref n7);
        }

        (leaves[0], leaves[1], leaves[2], leaves[3]) = (_nodes[n0].Leaf, _nodes[n1].Leaf, _nodes[n2].Leaf, _nodes[n3].Leaf);
        (leaves[4], leaves[5], leaves[6], leaves[7]) = (_nodes[n4].Leaf, _nodes[n5].Leaf, _nodes[n6].Leaf, _nodes[n7].Leaf);
    }

    /// <summary>One step down, without a branch that the processor would have to foretell: no number is larger than the threshold of a
    /// leaf, which leads to itself.</summary>
    /// <returns>0 where the pixel is in its leaf.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Step(ref Node nodes, ref float features, ref int place)
    {
        ref Node node = ref Unsafe.Add(ref nodes, place);
        bool isRight = Unsafe.Add(ref features, node.Feature) > node.Threshold;
        int next = node.Next + Unsafe.BitCast<bool, byte>(isRight), moved = next ^ place;
        place = next;
        return moved;
    }

    /// <summary>The shares of the classes in a leaf.</summary>
    public ReadOnlySpan<float> SharesOf(int leaf, int classes) => _shares.AsSpan(leaf * classes, classes);

    /// <summary>The entropy of the shares in a leaf.</summary>
    public double EntropyOf(int leaf) => _entropies[leaf];

    /// <summary>Writes the tree.</summary>
    public void Save(BinaryWriter writer)
    {
        writer.WriteArray([.. _nodes.Select(node => node.Leaf < 0 ? node.Feature : -1)]);
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
    /// <param name="Feature">What is compared; any for a leaf.</param>
    /// <param name="Next">The left one of the two nodes that follow a split; the node itself for a leaf.</param>
    /// <param name="Threshold">What goes left is at most this.</param>
    /// <param name="Leaf">The place of a leaf among the leaves; -1 for a split.</param>
    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Node(int Feature, int Next, float Threshold, int Leaf);
}
