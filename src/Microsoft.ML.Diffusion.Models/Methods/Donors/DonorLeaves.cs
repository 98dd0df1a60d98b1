using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Methods.Trees;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Donors;

/// <summary>Chooses how large the leaves of a column's trees are: by how well draws from them foretell rows that the trees did not
/// see.</summary>
/// <remarks>Where a column follows from the others, rows in a small leaf are alike. Where it does not, as the columns of a designed
/// experiment do not from each other, a small leaf is a few rows by chance, and draws from it are too narrow and off. The measure is the
/// continuous ranked probability score (Gneiting and Raftery 2007, section 4.2), for categories the Brier score that it becomes where all
/// differ alike.</remarks>
internal static class DonorLeaves
{
    /// <summary>Nodes with fewer rows are leaves, unless a column is better off with larger ones.</summary>
    public const int UsualSplit = 5;

    // What the usual one is compared with. One tree tells of all, for it is walked until a node has too few rows.
    private static readonly int[] s_splits = [UsualSplit, 10, 20, 40];

    private const int Trees = 6, DrawsOfTree = 4, MostRows = 1500, FewestRows = 100;

    // A fifth of the rows is not learnt from.
    private const int Parts = 5;

    // Differences of less than this many standard errors may be chance.
    private const double Noise = 1;

    /// <summary>Chooses.</summary>
    /// <param name="target">The column.</param>
    /// <param name="slots">Gives the slots of a row of the table, nothing missing.</param>
    /// <param name="settings">How trees grow.</param>
    /// <param name="random">What is random.</param>
    /// <param name="deadline">When it is over, leaves are as usual.</param>
    /// <returns>Nodes with fewer rows are leaves.</returns>
    public static int Choose(
        DonorTarget target, Func<int, ReadOnlyMemory<float>> slots, TreeSettings settings, Philox random, TrainingDeadline deadline)
    {
        int[] order = new int[target.Rows.Length];
        random.Permutation(order);
        int all = Math.Min(order.Length, MostRows), asked = all / Parts, learnt = all - asked;
        if (all < FewestRows)
            return UsualSplit;
        var rows = new TreeRows(target.Categories, target.Inputs, Array.ConvertAll(order[..learnt], place => target.Targets[place]));
        for (int i = 0; i < learnt; i++)
            rows.Take(i, slots(target.Rows[order[i]]).Span);
        // [splits][asked rows][draws]
        float[][][] draws = [.. s_splits.Select(_ => Enumerable.Range(0, asked).Select(_ => new float[Trees * DrawsOfTree]).ToArray())];
        var grower = new TreeGrower();
        for (int tree = 0; tree < Trees; tree++)
        {
            Philox own = random.Fork((ulong)tree + 1);
            var sizes = NodeRows.Of(grower.Grow(rows, settings, own.Fork(0), deadline), rows);
            if (deadline.IsOver)
                return UsualSplit;
            for (int i = 0; i < asked; i++)
            {
                ReadOnlySpan<float> input = slots(target.Rows[order[learnt + i]]).Span;
                for (int split = 0; split < s_splits.Length; split++)
                {
                    ReadOnlySpan<int> leaf = sizes.Leaf(input, target.Inputs, s_splits[split]);
                    for (int draw = 0; draw < DrawsOfTree; draw++)
                    {
                        int row = leaf[own.Below((ulong)((i * DrawsOfTree) + draw) + 64, leaf.Length)];
                        draws[split][i][(tree * DrawsOfTree) + draw] = rows.Targets[row];
                    }
                }
            }
        }
        double[][] scores = Array.ConvertAll(draws, own => own.Select((drawn, i) =>
            Score(drawn, target.Targets[order[learnt + i]], target.Categories > 0)).ToArray());
        int best = 0;
        for (int split = 1; split < s_splits.Length; split++)
        {
            if (scores[split].Average() < scores[best].Average())
                best = split;
        }
        return IsBetter(scores[best], scores[0]) ? s_splits[best] : UsualSplit;
    }

    /// <summary>The mean distance from the truth less half the mean distance from each other.</summary>
    private static double Score(float[] draws, float truth, bool areCategories)
    {
        double toTruth = 0, between = 0;
        foreach (float draw in draws)
        {
            toTruth += MixtureScore.Distance(draw, truth, areCategories);
            foreach (float other in draws)
                between += MixtureScore.Distance(draw, other, areCategories);
        }
        return (toTruth / draws.Length) - (between / (2.0 * draws.Length * (draws.Length - 1)));
    }

    private static bool IsBetter(double[] scores, double[] usual)
    {
        double[] differences = [.. scores.Zip(usual, (one, other) => one - other)];
        double mean = differences.Average(), squares = differences.Sum(one => (one - mean) * (one - mean));
        return mean < -Noise * Math.Sqrt(squares) / differences.Length;
    }

    /// <summary>A tree whose nodes know the rows that pass them.</summary>
    private sealed class NodeRows
    {
        private readonly TreeNode[] _nodes;

        // The rows of a node lie together, those of its children within them.
        private readonly int[] _rows;
        private readonly (int Start, int Count)[] _places;

        private NodeRows(TreeNode[] nodes, int rows)
        {
            _nodes = nodes;
            _rows = [.. Enumerable.Range(0, rows)];
            _places = new (int, int)[nodes.Length];
        }

        public static NodeRows Of(GrownTree tree, TreeRows rows)
        {
            var known = new NodeRows(tree.Nodes, rows.Count);
            known._places[0] = (0, rows.Count);
            // Children come after their parents.
            for (int i = 0; i < known._nodes.Length; i++)
            {
                TreeNode node = known._nodes[i];
                if (node.IsLeaf)
                    continue;
                (int start, int count) = known._places[i];
                Span<int> own = known._rows.AsSpan(start, count);
                int[] right = [.. own.ToArray().Where(row => rows.Values[(node.Input * rows.Count) + row] > node.Value)];
                int left = 0;
                foreach (int row in own)
                {
                    if (!(rows.Values[(node.Input * rows.Count) + row] > node.Value))
                        own[left++] = row;
                }
                right.CopyTo(own[left..]);
                known._places[node.Left] = (start, left);
                known._places[node.Left + 1] = (start + left, right.Length);
            }
            return known;
        }

        public ReadOnlySpan<int> Leaf(ReadOnlySpan<float> slots, ReadOnlySpan<int> inputs, int smallestSplit)
        {
            int place = 0;
            while (!_nodes[place].IsLeaf && _places[place].Count >= smallestSplit)
                place = _nodes[place].Left + (slots[inputs[_nodes[place].Input]] > _nodes[place].Value ? 1 : 0);
            return _rows.AsSpan(_places[place].Start, _places[place].Count);
        }
    }
}
