using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Trees;

/// <summary>Grows trees, one at a time, in memory that stays.</summary>
internal sealed class TreeGrower
{
    private readonly RandomStream _random = new();
    private readonly List<TreeNode> _nodes = [];
    private readonly List<CategoryShare> _shares = [];
    private readonly Queue<(int Node, int Start, int Count)> _open = [];
    private int[] _order = [];
    private int[] _spare = [];
    private int[] _inputs = [];
    private float[] _targets = [];
    private float[] _values = [];
    private double[] _left = [];
    private double[] _all = [];
    private double[] _bins = [];
    private TreeRows _rows = new(0, [], []);
    private bool _forest;

    // Whether a cut is judged by squared errors: of numbers, and of two categories, whose Gini impurity that is.
    private bool _isBySquares;
    private int _smallestLeaf;

    /// <summary>Grows one tree.</summary>
    /// <param name="rows">From these rows; at least one.</param>
    /// <param name="settings">How.</param>
    /// <param name="random">What it is random in.</param>
    /// <param name="deadline">When it is over, nodes are left as they are.</param>
    public GrownTree Grow(TreeRows rows, TreeSettings settings, Philox random, TrainingDeadline deadline)
    {
        (_rows, _forest, _smallestLeaf) = (rows, settings.Forest, settings.SmallestLeaf);
        _isBySquares = rows.Categories <= 2 || rows.SplitTargets is not null;
        _random.Start(random);
        _nodes.Clear();
        _shares.Clear();
        Reserve(rows);
        for (int i = 0; i < rows.Count; i++)
            _order[i] = settings.Forest ? _random.Below(rows.Count) : i;
        for (int i = 0; i < rows.Inputs.Length; i++)
            _inputs[i] = i;
        int tried = Math.Max(1, (int)Math.Round(settings.Tried * rows.Inputs.Length));

        // Level by level, so that what all rows pass lies together.
        _nodes.Add(default);
        _open.Clear();
        _open.Enqueue((0, 0, rows.Count));
        while (_open.TryDequeue(out (int Node, int Start, int Count) open))
        {
            Span<int> order = _order.AsSpan(open.Start, open.Count);
            bool isPure = Gather(order);
            bool isLeaf = isPure || open.Count < settings.SmallestSplit || deadline.IsOver;
            if (isLeaf || !Choose(order, tried, settings.Forest, out int input, out float threshold))
            {
                _nodes[open.Node] = Leaf(order);
                continue;
            }
            if (!settings.Forest)
                threshold = ShortNumber.Cut(threshold, GapAround(order, input, threshold));
            int left = Part(order, input, threshold);
            if (left == 0 || left == open.Count)
            {
                // A cut that parts nothing would be made again for ever.
                _nodes[open.Node] = Leaf(order);
                continue;
            }
            _nodes[open.Node] = new TreeNode(threshold, (ushort)input, (ushort)_nodes.Count);
            _open.Enqueue((_nodes.Count, open.Start, left));
            _open.Enqueue((_nodes.Count + 1, open.Start + left, open.Count - left));
            _nodes.Add(default);
            _nodes.Add(default);
        }
        return new GrownTree([.. _nodes], [.. _shares]);
    }

    private void Reserve(TreeRows rows)
    {
        if (_order.Length < rows.Count)
        {
            (_order, _spare) = (new int[rows.Count], new int[rows.Count]);
            (_targets, _values) = (new float[rows.Count], new float[rows.Count]);
        }
        if (_inputs.Length < rows.Inputs.Length)
            _inputs = new int[rows.Inputs.Length];
        int sums = Math.Max(2, rows.Categories);
        if (_left.Length < sums)
            (_left, _all, _bins) = (new double[sums], new double[sums], new double[256 * sums]);
    }

    /// <summary>Brings the targets of a node together, of several split targets one at random that varies in it; true when all are the
    /// same.</summary>
    private bool Gather(ReadOnlySpan<int> order)
    {
        if (_rows.SplitTargets is not { } splitTargets)
            return Gather(order, _rows.Targets);
        int first = splitTargets.Length == 1 ? 0 : _random.Below(splitTargets.Length);
        for (int i = 0; i < splitTargets.Length; i++)
        {
            if (!Gather(order, splitTargets[(first + i) % splitTargets.Length]))
                return false;
        }
        return true;
    }

    /// <summary>Brings numbers of a node together and sums them up; true when all are the same.</summary>
    private bool Gather(ReadOnlySpan<int> order, float[] targets)
    {
        float smallest = float.PositiveInfinity, largest = float.NegativeInfinity;
        double sum = 0;
        for (int i = 0; i < order.Length; i++)
        {
            float target = targets[order[i]];
            _targets[i] = target;
            smallest = target < smallest ? target : smallest;
            largest = target > largest ? target : largest;
            sum += target;
        }
        if (_isBySquares)
            _all[0] = sum;
        else
            Count(order);
        return smallest == largest;
    }

    /// <summary>Counts the categories of a node.</summary>
    private void Count(ReadOnlySpan<int> order)
    {
        Array.Clear(_all);
        foreach (int row in order)
            _all[(int)_rows.Targets[row]]++;
    }

    /// <summary>Looks for the split with the least squared error, or the least Gini impurity, among some inputs that vary.</summary>
    private bool Choose(ReadOnlySpan<int> order, int tried, bool best, out int input, out float threshold)
    {
        (input, threshold) = (-1, 0);
        double highest = double.NegativeInfinity;
        for (int i = 0; i < _rows.Inputs.Length && tried > 0; i++)
        {
            int other = i + _random.Below(_rows.Inputs.Length - i);
            (_inputs[i], _inputs[other]) = (_inputs[other], _inputs[i]);
            int candidate = _inputs[i];
            double score = best ? BestCut(order, candidate, out float cut) : RandomCut(order, candidate, out cut);
            if (double.IsNaN(score))
                continue;
            tried--;
            if (score > highest)
                (highest, input, threshold) = (score, candidate, cut);
        }
        return input >= 0;
    }

    /// <summary>One threshold between the smallest and the largest value; NaN when all are the same.</summary>
    private double RandomCut(ReadOnlySpan<int> order, int input, out float cut)
    {
        ref float values = ref _rows.Values[input * _rows.Count];
        float smallest = float.PositiveInfinity, largest = float.NegativeInfinity;
        float[] gathered = _values;
        for (int i = 0; i < order.Length; i++)
        {
            float value = Unsafe.Add(ref values, order[i]);
            gathered[i] = value;
            smallest = value < smallest ? value : smallest;
            largest = value > largest ? value : largest;
        }
        cut = smallest + (_random.Uniform() * (largest - smallest));
        // Rounding must not move every row to the left, and what is no number would.
        if (!(cut < largest))
            cut = smallest;
        if (!(largest > smallest))
            return double.NaN;
        if (!_isBySquares)
        {
            Array.Clear(_left);
            int count = 0;
            for (int i = 0; i < order.Length; i++)
            {
                if (gathered[i] > cut)
                    continue;
                _left[(int)_targets[i]]++;
                count++;
            }
            return GiniScore(_left, count, order.Length);
        }
        (double sum, int lower) = SumBelow(gathered.AsSpan(0, order.Length), _targets, cut);
        double rest = _all[0] - sum;
        return (sum * sum / lower) + (rest * rest / (order.Length - lower));
    }

    /// <summary>The best of all cuts between bins; NaN when there is none that leaves enough rows on either side.</summary>
    private double BestCut(ReadOnlySpan<int> order, int input, out float cut)
    {
        float[] cuts = _rows.Cuts![input];
        ReadOnlySpan<byte> bins = _rows.Bins.AsSpan(input * _rows.Count, _rows.Count);
        int sums = _isBySquares ? 2 : _rows.Categories + 1;
        Span<double> table = Table(sums * (cuts.Length + 1));
        table.Clear();
        for (int i = 0; i < order.Length; i++)
        {
            int place = bins[order[i]] * sums;
            table[place]++;
            if (_isBySquares)
                table[place + 1] += _targets[i];
            else
                table[place + 1 + (int)_targets[i]]++;
        }
        cut = 0;
        double highest = double.NaN, sum = 0;
        int count = 0;
        Array.Clear(_left);
        for (int bin = 0; bin < cuts.Length; bin++)
        {
            Span<double> own = table.Slice(bin * sums, sums);
            if (own[0] == 0)
                continue;
            count += (int)own[0];
            if (order.Length - count < _smallestLeaf)
                break;
            double score;
            if (_isBySquares)
            {
                sum += own[1];
                if (count < _smallestLeaf)
                    continue;
                double rest = _all[0] - sum;
                score = (sum * sum / count) + (rest * rest / (order.Length - count));
            }
            else
            {
                for (int i = 0; i < _rows.Categories; i++)
                    _left[i] += own[i + 1];
                if (count < _smallestLeaf)
                    continue;
                score = GiniScore(_left, count, order.Length);
            }
            if (double.IsNaN(highest) || score > highest)
                (highest, cut) = (score, cuts[bin]);
        }
        return highest;
    }

    private Span<double> Table(int count)
    {
        if (_bins.Length < count)
            _bins = new double[count];
        return _bins.AsSpan(0, count);
    }

    private double GiniScore(double[] left, int count, int all)
    {
        double first = 0, second = 0;
        for (int i = 0; i < _rows.Categories; i++)
        {
            double right = _all[i] - left[i];
            first += left[i] * left[i];
            second += right * right;
        }
        return (first / count) + (second / (all - count));
    }

    /// <summary>Sum and number of the targets whose values are at most the cut, in sixteen interleaved sums.</summary>
    private static (double Sum, int Count) SumBelow(ReadOnlySpan<float> values, ReadOnlySpan<float> targets, float cut)
    {
        double sum = 0;
        int count = 0, i = 0;
        if (values.Length >= Vector512<float>.Count)
        {
            ref float value = ref MemoryMarshal.GetReference(values);
            ref float target = ref MemoryMarshal.GetReference(targets);
            var limit = Vector512.Create(cut);
            Vector512<float> sums = default;
            Vector512<int> counts = default;
            for (; i <= values.Length - Vector512<float>.Count; i += Vector512<float>.Count)
            {
                Vector512<float> below = Vector512.LessThanOrEqual(Vector512.LoadUnsafe(ref value, (nuint)i), limit);
                sums += below & Vector512.LoadUnsafe(ref target, (nuint)i);
                counts -= below.AsInt32();
            }
            count = Vector512.Sum(counts);
            for (int lane = 0; lane < Vector512<float>.Count; lane++)
                sum += sums.GetElement(lane);
        }
        for (; i < values.Length; i++)
        {
            if (values[i] > cut)
                continue;
            sum += targets[i];
            count++;
        }
        return (sum, count);
    }

    /// <summary>The largest value up to a cut and the smallest above it.</summary>
    private (float Below, float Above) GapAround(ReadOnlySpan<int> order, int input, float cut)
    {
        ref float values = ref _rows.Values[input * _rows.Count];
        float below = float.NegativeInfinity, above = float.PositiveInfinity;
        foreach (int row in order)
        {
            float value = Unsafe.Add(ref values, row);
            bool isAbove = value > cut;
            below = !isAbove && value > below ? value : below;
            above = isAbove && value < above ? value : above;
        }
        return (below, above);
    }

    /// <summary>Puts the rows that go left first, all in their order; returns how many.</summary>
    private int Part(Span<int> order, int input, float threshold)
    {
        ref float values = ref _rows.Values[input * _rows.Count];
        int left = 0, right = 0;
        foreach (int row in order)
        {
            bool goesRight = Unsafe.Add(ref values, row) > threshold;
            order[left] = row;
            _spare[right] = row;
            right += goesRight ? 1 : 0;
            left += goesRight ? 0 : 1;
        }
        _spare.AsSpan(0, right).CopyTo(order[left..]);
        return left;
    }

    private TreeNode Leaf(ReadOnlySpan<int> order)
    {
        int count = order.Length;
        if (_rows.Categories <= 2)
        {
            double sum = _all[0];
            if (_rows.SplitTargets is not null)
            {
                sum = 0;
                foreach (int row in order)
                    sum += _rows.Targets[row];
            }
            float mean = (float)(sum / count);
            // Where most rows say the same, most leaves do, and what each of them lost would not be evened out.
            bool isRounded = !_forest && _rows.Categories == 0 && !_rows.IsCommon(mean);
            return TreeNode.Leaf(isRounded ? ShortNumber.Leaf(mean) : mean, 0);
        }
        if (_isBySquares)
            Count(order);
        int start = _shares.Count;
        for (int i = 0; i < _rows.Categories; i++)
        {
            if (_all[i] > 0)
                _shares.Add(new CategoryShare((float)(_all[i] / count), i));
        }
        return TreeNode.Leaf(_shares.Count - start, start);
    }
}
