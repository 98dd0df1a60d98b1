using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Methods.Trees;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Methods.Blend;

/// <summary>A sum of trees, each grown on what the ones before leave (Friedman 2001), errors beyond a limit counting as if they were there:
/// the sum comes to lie between the mean and the median (Huber 1964).</summary>
internal sealed class BoostedTrees
{
    private const double Rate = 0.1;

    // Rounds between two looks at the held-back rows, and looks without a gain after which it is over.
    private const int Look = 10, Patience = 2;

    // Cuts of a feature that are tried, and how small a node is a leaf.
    private const int Cuts = 64, LeafShare = 24, LeastLeaf = 30;

    // Where errors stop counting more, in middle errors of the start.
    private const double Limit = 1.5;

    private readonly TreeEnsemble? _trees;
    private readonly double _scale;

    private BoostedTrees(TreeEnsemble? trees, double scale) => (_trees, _scale) = (trees, scale);

    /// <summary>No trees: nothing is added.</summary>
    public static BoostedTrees None { get; } = new(null, 0);

    /// <summary>Whether nothing is added.</summary>
    public bool IsNone => _trees is null;

    /// <summary>Grows trees.</summary>
    /// <param name="rows">The features of each row.</param>
    /// <param name="targets">What is to be predicted, around 0.</param>
    /// <param name="heldRows">Rows that tell when to stop.</param>
    /// <param name="heldTargets">What is to be predicted for them.</param>
    /// <param name="rounds">The most trees.</param>
    /// <param name="random">What trees are random in.</param>
    /// <param name="deadline">When it is over, no tree is added.</param>
    /// <param name="cancel">Looked at for every tree.</param>
    public static BoostedTrees Fit(
        List<float[]> rows, float[] targets, List<float[]> heldRows, float[] heldTargets, int rounds, Philox random,
        TrainingDeadline deadline, CancellationToken cancel)
    {
        int features = rows[0].Length;
        int[] inputs = [.. Enumerable.Range(0, features)];
        float[] left = (float[])targets.Clone(), heldLeft = (float[])heldTargets.Clone();
        var treeRows = new TreeRows(0, inputs, new float[targets.Length]);
        for (int i = 0; i < rows.Count; i++)
            treeRows.Take(i, rows[i]);
        treeRows.Sort(Cuts);
        float limit = (float)(Limit * Middle(targets));
        var settings = new TreeSettings
        {
            Forest = true,
            Tried = 0.3,
            SmallestSplit = Math.Max(LeastLeaf, rows.Count / LeafShare),
        };
        var grower = new TreeGrower();
        List<GrownTree> trees = [];
        (double best, int bestCount) = (Error(heldLeft, limit), 0);
        for (int round = 0; round < rounds && !deadline.IsOver; round++)
        {
            cancel.ThrowIfCancellationRequested();
            for (int i = 0; i < left.Length; i++)
                treeRows.Targets[i] = Math.Clamp(left[i], -limit, limit);
            GrownTree tree = grower.Grow(treeRows, settings, random.Fork((ulong)round), TrainingDeadline.None);
            trees.Add(tree);
            for (int i = 0; i < left.Length; i++)
                left[i] -= (float)Rate * Leaf(tree.Nodes, treeRows.Values, i, left.Length);
            for (int i = 0; i < heldLeft.Length; i++)
                heldLeft[i] -= (float)Rate * Leaf(tree.Nodes, heldRows[i], 0, 1);
            if (trees.Count % Look != 0)
                continue;
            double error = Error(heldLeft, limit);
            if (error < best)
                (best, bestCount) = (error, trees.Count);
            else if (trees.Count - bestCount >= Patience * Look)
                break;
        }
        if (heldLeft.Length == 0)
            bestCount = trees.Count;
        return bestCount == 0 ? None : new BoostedTrees(new TreeEnsemble(0, inputs, trees[..bestCount]), Rate * bestCount);
    }

    /// <summary>What is to be added for a row.</summary>
    public double Predict(ReadOnlySpan<float> features)
    {
        if (_trees is null)
            return 0;
        Span<float> mean = stackalloc float[1];
        _trees.Predict(features, mean);
        return _scale * mean[0];
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(_trees is not null);
        if (_trees is null)
            return;
        writer.Write(_scale);
        _trees.Save(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static BoostedTrees Load(BinaryReader reader, int features)
    {
        if (!reader.ReadBoolean())
            return None;
        double scale = reader.ReadFinite("the scale of trees");
        return new BoostedTrees(TreeEnsemble.Load(reader, 0, features), scale);
    }

    private static float Leaf(TreeNode[] nodes, float[] values, int row, int stride)
    {
        TreeNode node = nodes[0];
        while (!node.IsLeaf)
            node = nodes[node.Left + (values[node.Input * stride + row] > node.Value ? 1 : 0)];
        return node.Value;
    }

    private static double Error(float[] left, float limit)
    {
        double sum = 0;
        foreach (float error in left)
        {
            double size = Math.Abs(error);
            sum += size <= limit ? size * size / 2 : limit * (size - limit / 2);
        }
        return sum;
    }

    private static double Middle(float[] targets)
    {
        float[] sizes = [.. targets.Select(Math.Abs)];
        Array.Sort(sizes);
        return Math.Max(sizes[sizes.Length / 2], 1e-6);
    }
}
