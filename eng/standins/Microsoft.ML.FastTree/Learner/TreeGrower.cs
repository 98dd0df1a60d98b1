namespace Microsoft.ML.Trainers.FastTree.Learner;

/// <summary>
/// Grows a tree leaf by leaf, the split with the most gain first. Sums of gradients and hessians are kept for every bin
/// of every leaf; the larger of two siblings gets its sums by subtracting the smaller one's from their parent's. Work is
/// shared out by columns, so the sums and thus the tree do not depend on the number of threads.
/// </summary>
internal sealed class TreeGrower
{
    private const int SmallestParallelWork = 1 << 15;

    private readonly BinnedTable _table;
    private readonly GrowOptions _options;
    private readonly ParallelOptions _parallel;
    private readonly Stack<SlotSums[]> _spareHistograms = new();
    private readonly int[] _rows;
    private readonly int[] _rightRows;
    private readonly float[] _gradients;
    private readonly float[] _hessians;

    public TreeGrower(BinnedTable table, GrowOptions options)
    {
        _table = table;
        _options = options;
        _parallel = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, options.Threads) };
        _rows = new int[table.RowCount];
        _rightRows = new int[table.RowCount];
        _gradients = new float[table.RowCount];
        _hessians = new float[table.RowCount];
    }

    private sealed class Leaf
    {
        public int Start;
        public int Count;
        public SlotSums Sums;
        public SlotSums[] Histogram;
        public Split Best = Split.None;
    }

    /// <summary>Grows one tree on some rows. A leaf's output is its sum of gradients over its sum of hessians, times the rate.</summary>
    /// <param name="gradients">The negative gradient of the loss by row, weighted.</param>
    /// <param name="hessians">The second derivative of the loss by row, weighted.</param>
    /// <param name="rows">The rows to learn from, ascending.</param>
    /// <param name="scores">If not empty, every row that was learned from gets its leaf's output added.</param>
    public Tree Grow(float[] gradients, float[] hessians, ReadOnlySpan<int> rows, double rate, Span<double> scores, Random random)
    {
        rows.CopyTo(_rows);
        var tree = new Tree();
        bool[] allowed = DrawFeatures(random);
        var leaves = new List<Leaf> { new() { Count = rows.Length, Histogram = RentHistogram() } };
        foreach (int row in rows)
            leaves[0].Sums.Add(gradients[row], hessians[row]);
        Gather(leaves[0], gradients, hessians);
        ForEachColumn(leaves[0].Count, column => Accumulate(leaves[0], column));
        FindSplits([leaves[0]], allowed, random);

        while (leaves.Count < _options.MaximumLeafCount)
        {
            int best = 0;
            for (int leaf = 1; leaf < leaves.Count; leaf++)
            {
                if (leaves[leaf].Best.Gain > leaves[best].Best.Gain)
                    best = leaf;
            }
            Split split = leaves[best].Best;
            if (!(split.Gain > 0))
                break;
            tree.Split(best, split.Feature, _table.Bins(split.Feature).Threshold(split.LastLeftBin), split.MissingGoesLeft);
            Leaf right = Divide(leaves[best], split);
            leaves.Add(right);
            if (leaves.Count < _options.MaximumLeafCount)
            {
                FillHistograms(leaves[best], right, gradients, hessians);
                FindSplits([leaves[best], right], allowed, random);
            }
        }

        for (int i = 0; i < leaves.Count; i++)
        {
            Leaf leaf = leaves[i];
            double output = rate * leaf.Sums.Gradient / Math.Max(leaf.Sums.Hessian + _options.L2Regularization, 1e-12);
            tree.SetLeaf(i, output);
            if (!scores.IsEmpty)
            {
                foreach (int row in _rows.AsSpan(leaf.Start, leaf.Count))
                    scores[row] += output;
            }
            if (leaf.Histogram != null)
                _spareHistograms.Push(leaf.Histogram);
        }
        return tree;
    }

    private SlotSums[] RentHistogram()
    {
        if (!_spareHistograms.TryPop(out SlotSums[] histogram))
            return new SlotSums[_table.SlotCount];
        return histogram;
    }

    // Moves the rows that go right behind those that go left, both in their order; the leaf keeps the left ones.
    private Leaf Divide(Leaf leaf, Split split)
    {
        ReadOnlySpan<byte> column = _table.Column(_table.PlacementOf(split.Feature).Column);
        bool[] goesLeft = _table.GoesLeft(split.Feature, split.LastLeftBin, split.MissingGoesLeft);
        Span<int> rows = _rows.AsSpan(leaf.Start, leaf.Count);
        int left = 0, right = 0;
        foreach (int row in rows)
        {
            if (goesLeft[column[row]])
                rows[left++] = row;
            else
                _rightRows[right++] = row;
        }
        _rightRows.AsSpan(0, right).CopyTo(rows[left..]);
        var created = new Leaf { Start = leaf.Start + left, Count = right, Sums = leaf.Sums.Minus(split.LeftSums) };
        leaf.Count = left;
        leaf.Sums = split.LeftSums;
        leaf.Best = Split.None;
        return created;
    }

    private void FillHistograms(Leaf left, Leaf right, float[] gradients, float[] hessians)
    {
        SlotSums[] parent = left.Histogram;
        Leaf small = left.Count <= right.Count ? left : right;
        Leaf large = small == left ? right : left;
        small.Histogram = RentHistogram();
        large.Histogram = parent;
        Gather(small, gradients, hessians);
        ForEachColumn(small.Count, column =>
        {
            Accumulate(small, column);
            for (int slot = _table.FirstSlot(column); slot < _table.FirstSlot(column + 1); slot++)
                parent[slot] = parent[slot].Minus(small.Histogram[slot]);
        });
    }

    // Copies the leaf's gradients and hessians together, so that every column reads them in sequence.
    private void Gather(Leaf leaf, float[] gradients, float[] hessians)
    {
        for (int i = 0; i < leaf.Count; i++)
        {
            int row = _rows[leaf.Start + i];
            _gradients[i] = gradients[row];
            _hessians[i] = hessians[row];
        }
    }

    private void Accumulate(Leaf leaf, int column)
    {
        ReadOnlySpan<byte> slots = _table.Column(column);
        int first = _table.FirstSlot(column);
        Span<SlotSums> sums = leaf.Histogram.AsSpan(first, _table.FirstSlot(column + 1) - first);
        sums.Clear();
        ReadOnlySpan<int> rows = _rows.AsSpan(leaf.Start, leaf.Count);
        ReadOnlySpan<float> gradients = _gradients.AsSpan(0, rows.Length);
        ReadOnlySpan<float> hessians = _hessians.AsSpan(0, rows.Length);
        for (int i = 0; i < rows.Length; i++)
            sums[slots[rows[i]]].Add(gradients[i], hessians[i]);
    }

    private void FindSplits(Leaf[] leaves, bool[] allowed, Random random)
    {
        var mayAsk = leaves.Select(_ => DrawFeaturesOfSplit(allowed, random)).ToArray();
        var best = new Split[leaves.Length, _table.ColumnCount];
        ForEachColumn(_table.SlotCount * leaves.Length, column =>
        {
            for (int i = 0; i < leaves.Length; i++)
            {
                best[i, column] = Split.None;
                foreach (int feature in _table.FeaturesOf(column))
                {
                    if (mayAsk[i][feature])
                        best[i, column] = Split.Better(best[i, column], Split.BestOf(_table, feature, leaves[i].Histogram, leaves[i].Sums, _options));
                }
            }
        });
        for (int i = 0; i < leaves.Length; i++)
        {
            for (int column = 0; column < _table.ColumnCount; column++)
                leaves[i].Best = Split.Better(leaves[i].Best, best[i, column]);
        }
    }

    private void ForEachColumn(int rowsPerColumn, Action<int> action)
    {
        if (_parallel.MaxDegreeOfParallelism == 1 || (long)rowsPerColumn * _table.ColumnCount < SmallestParallelWork)
        {
            for (int column = 0; column < _table.ColumnCount; column++)
                action(column);
        }
        else
        {
            Parallel.For(0, _table.ColumnCount, _parallel, action);
        }
    }

    private bool[] DrawFeatures(Random random) =>
        Draw(Enumerable.Repeat(true, _table.FeatureCount).ToArray(), _options.FeatureFraction, random);

    private bool[] DrawFeaturesOfSplit(bool[] allowed, Random random) => Draw(allowed, _options.FeatureFractionPerSplit, random);

    private static bool[] Draw(bool[] from, double fraction, Random random)
    {
        if (fraction >= 1)
            return from;
        int[] candidates = Enumerable.Range(0, from.Length).Where(feature => from[feature]).ToArray();
        random.Shuffle(candidates);
        var drawn = new bool[from.Length];
        foreach (int feature in candidates.AsSpan(0, Math.Max(1, (int)Math.Round(candidates.Length * fraction))))
            drawn[feature] = true;
        return drawn;
    }
}
