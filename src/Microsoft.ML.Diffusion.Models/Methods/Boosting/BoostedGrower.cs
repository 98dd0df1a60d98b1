using Microsoft.ML.Diffusion.Models.Methods.Trees;

namespace Microsoft.ML.Diffusion.Models.Methods.Boosting;

/// <summary>Grows boosted trees of one column of numbers, one after another, each on what those before it leave (Friedman 2001, "Greedy
/// function approximation: a gradient boosting machine"). A tree grows at the leaf that gains most, with cuts between bins of the inputs
/// (Ke et al. 2017, "LightGBM").</summary>
internal sealed class BoostedGrower
{
    // What is common for tables: small steps, small trees, leaves of some rows.
    private const double Rate = 0.1;
    private const int MostLeaves = 31, FewestRows = 20, MostBins = 64;

    // So many rows more in a leaf, whose rest is 0: leaves of few rows say less.
    private const double PriorRows = 1;

    private readonly TreeRows _rows;
    private readonly int _inputs;

    // [rows, inputs]: of a row the bins of all inputs lie together.
    private readonly byte[] _bins;
    private readonly float[] _rest;
    private readonly int[] _order;
    private readonly int[] _spare;
    private readonly List<Leaf> _leaves = [];
    private readonly Stack<double[]> _free = [];

    /// <param name="rows">The rows; at least one.</param>
    public BoostedGrower(TreeRows rows)
    {
        rows.Sort(MostBins);
        (_rows, _inputs) = (rows, rows.Inputs.Length);
        _bins = new byte[rows.Bins.Length];
        for (int input = 0; input < _inputs; input++)
        {
            for (int row = 0; row < rows.Count; row++)
                _bins[(row * _inputs) + input] = rows.Bins[(input * rows.Count) + row];
        }
        double mean = rows.Targets.Average(target => (double)target);
        (Start, _rest) = (mean, [.. rows.Targets.Select(target => (float)(target - mean))]);
        (_order, _spare) = (new int[rows.Count], new int[rows.Count]);
    }

    /// <summary>What all trees together are added to: the mean.</summary>
    public double Start { get; }

    /// <summary>Grows the next tree and takes what it says from what is left.</summary>
    /// <returns>The tree; null where nothing can be gained any more.</returns>
    public GrownTree? Grow()
    {
        for (int row = 0; row < _order.Length; row++)
            _order[row] = row;
        _leaves.Clear();
        List<Node> nodes = [default];
        Open(nodeOf: 0, start: 0, _order.Length, histogram: null);
        while (_leaves.Count < MostLeaves)
        {
            int best = 0;
            for (int i = 1; i < _leaves.Count; i++)
                best = _leaves[i].Gain > _leaves[best].Gain ? i : best;
            if (!(_leaves[best].Gain > 0))
                break;
            Split(best, nodes);
        }
        bool isTree = _leaves.Count > 1;
        foreach (Leaf leaf in _leaves)
        {
            double value = Rate * leaf.Sum / (leaf.Count + PriorRows);
            nodes[leaf.Node] = new Node(0, (float)value, Left: 0);
            foreach (int row in _order.AsSpan(leaf.Start, leaf.Count))
                _rest[row] -= (float)value;
            _free.Push(leaf.Histogram);
        }
        return isTree ? InLevels(nodes) : null;
    }

    /// <summary>Makes two leaves of one.</summary>
    private void Split(int place, List<Node> nodes)
    {
        Leaf leaf = _leaves[place];
        Span<int> order = _order.AsSpan(leaf.Start, leaf.Count);
        int left = 0, right = 0;
        foreach (int row in order)
        {
            bool goesRight = _bins[(row * _inputs) + leaf.Input] > leaf.Bin;
            order[left] = row;
            _spare[right] = row;
            right += goesRight ? 1 : 0;
            left += goesRight ? 0 : 1;
        }
        _spare.AsSpan(0, right).CopyTo(order[left..]);
        nodes[leaf.Node] = new Node(leaf.Input, _rows.Cuts![leaf.Input][leaf.Bin], nodes.Count);
        int first = nodes.Count;
        nodes.Add(default);
        nodes.Add(default);
        _leaves.RemoveAt(place);
        // The smaller child is counted, and what the parent has beyond it is the other's.
        bool isLeftSmaller = left <= right;
        Open(
            isLeftSmaller ? first : first + 1, isLeftSmaller ? leaf.Start : leaf.Start + left, Math.Min(left, right), histogram: null);
        double[] rest = leaf.Histogram, smaller = _leaves[^1].Histogram;
        for (int i = 0; i < rest.Length; i++)
            rest[i] -= smaller[i];
        Open(isLeftSmaller ? first + 1 : first, isLeftSmaller ? leaf.Start + left : leaf.Start, Math.Max(left, right), rest);
    }

    /// <summary>Adds a leaf with its best cut.</summary>
    private void Open(int nodeOf, int start, int count, double[]? histogram)
    {
        ReadOnlySpan<int> order = _order.AsSpan(start, count);
        histogram ??= Counted(order);
        double sum = 0;
        foreach (int row in order)
            sum += _rest[row];
        (double gain, int input, int bin) = BestCut(histogram, count, sum);
        _leaves.Add(new Leaf(nodeOf, start, count, sum, histogram, gain, input, bin));
    }

    /// <summary>Of every bin of every input how many rows it has, and the sum of what they leave.</summary>
    private double[] Counted(ReadOnlySpan<int> order)
    {
        double[] histogram = _free.TryPop(out double[]? free) ? free : new double[_inputs * MostBins * 2];
        Array.Clear(histogram);
        foreach (int row in order)
        {
            float rest = _rest[row];
            ReadOnlySpan<byte> bins = _bins.AsSpan(row * _inputs, _inputs);
            for (int input = 0; input < bins.Length; input++)
            {
                int place = ((input * MostBins) + bins[input]) * 2;
                histogram[place]++;
                histogram[place + 1] += rest;
            }
        }
        return histogram;
    }

    private (double Gain, int Input, int Bin) BestCut(double[] histogram, int count, double sum)
    {
        (double highest, int best, int bestBin) = (0, -1, 0);
        double whole = sum * sum / (count + PriorRows);
        for (int input = 0; input < _inputs && count >= 2 * FewestRows; input++)
        {
            double left = 0, below = 0;
            for (int bin = 0; bin < _rows.Cuts![input].Length; bin++)
            {
                int place = ((input * MostBins) + bin) * 2;
                left += histogram[place];
                below += histogram[place + 1];
                if (left < FewestRows || count - left < FewestRows)
                    continue;
                double above = sum - below;
                double gain = (below * below / (left + PriorRows)) + (above * above / (count - left + PriorRows)) - whole;
                if (gain > highest)
                    (highest, best, bestBin) = (gain, input, bin);
            }
        }
        return (best < 0 ? 0 : highest, best, bestBin);
    }

    /// <summary>The nodes level by level, as trees are saved.</summary>
    private static GrownTree InLevels(List<Node> nodes)
    {
        List<TreeNode> ordered = [];
        Queue<int> open = new([0]);
        int placed = 1;
        while (open.TryDequeue(out int next))
        {
            Node node = nodes[next];
            if (node.Left == 0)
            {
                ordered.Add(TreeNode.Leaf(node.Value, 0));
                continue;
            }
            ordered.Add(new TreeNode(node.Value, (ushort)node.Input, (ushort)placed));
            placed += 2;
            open.Enqueue(node.Left);
            open.Enqueue(node.Left + 1);
        }
        return new GrownTree([.. ordered], []);
    }

    /// <summary>A node.</summary>
    /// <param name="Input">Which input is compared.</param>
    /// <param name="Value">Inputs up to it go left; in a leaf what it says.</param>
    /// <param name="Left">The left child, which the right one follows; 0 in a leaf.</param>
    private readonly record struct Node(int Input, float Value, int Left);

    private sealed record Leaf(int Node, int Start, int Count, double Sum, double[] Histogram, double Gain, int Input, int Bin);
}
