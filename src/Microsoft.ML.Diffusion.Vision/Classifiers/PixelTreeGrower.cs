using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Vision.Classifiers;

/// <summary>Grows one tree of a forest (Breiman 2001): each split is the best of a few random features by the Gini index.</summary>
internal sealed class PixelTreeGrower
{
    private const int Bins = 256;

    private readonly byte[] _bins;
    private readonly float[][] _cuts;
    private readonly byte[] _labels;
    private readonly int _features;
    private readonly int _classes;
    private readonly PixelForestSettings _settings;
    private readonly Philox _random;
    private readonly List<int> _nodeFeatures = [];
    private readonly List<float> _thresholds = [];
    private readonly List<int> _next = [];
    private readonly List<float> _shares = [];
    private readonly int[] _counts;
    private ulong _draws;

    /// <param name="bins">[pixels, features]: in which bin of the feature each number is.</param>
    /// <param name="cuts">The upper end of each bin of a feature.</param>
    /// <param name="labels">The class of each pixel.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="settings">The sizes.</param>
    /// <param name="random">Where everything random comes from.</param>
    public PixelTreeGrower(byte[] bins, float[][] cuts, byte[] labels, int classes, PixelForestSettings settings, Philox random)
    {
        (_bins, _cuts, _labels, _features, _classes, _settings, _random) = (bins, cuts, labels, cuts.Length, classes, settings, random);
        _counts = new int[Bins * classes];
    }

    /// <summary>Grows the tree on pixels drawn with replacement.</summary>
    public PixelTree Grow()
    {
        int[] rows = new int[_labels.Length];
        Philox bootstrap = _random.Fork(0);
        for (int i = 0; i < rows.Length; i++)
            rows[i] = bootstrap.Below((ulong)i, rows.Length);
        var open = new Queue<(int Node, int Start, int Count, int Depth)>();
        AddNode();
        open.Enqueue((0, 0, rows.Length, 0));
        while (open.TryDequeue(out (int Node, int Start, int Count, int Depth) next))
        {
            Span<int> own = rows.AsSpan(next.Start, next.Count);
            if (next.Depth == _settings.MostDepth || BestSplit(own) is not { } split)
            {
                MakeLeaf(next.Node, own);
                continue;
            }

            int left = Part(own, split.Feature, split.Bin);
            (_nodeFeatures[next.Node], _thresholds[next.Node]) = (split.Feature, _cuts[split.Feature][split.Bin]);
            _next[next.Node] = AddNode();
            AddNode();
            open.Enqueue((_next[next.Node], next.Start, left, next.Depth + 1));
            open.Enqueue((_next[next.Node] + 1, next.Start + left, next.Count - left, next.Depth + 1));
        }

        return new PixelTree(_nodeFeatures, _thresholds, _next, [.. _shares], _classes);
    }

    private int AddNode()
    {
        _nodeFeatures.Add(-1);
        _thresholds.Add(0);
        _next.Add(0);
        return _next.Count - 1;
    }

    private void MakeLeaf(int node, ReadOnlySpan<int> rows)
    {
        _next[node] = _shares.Count / _classes;
        Span<float> shares = stackalloc float[_classes];
        foreach (int row in rows)
            shares[_labels[row]] += 1f / rows.Length;
        foreach (float share in shares)
            _shares.Add(share);
    }

    private (int Feature, int Bin)? BestSplit(ReadOnlySpan<int> rows)
    {
        int tries = Math.Max(1, (int)Math.Sqrt(_features));
        double best = Purity(rows) + 1e-9;
        if (rows.Length < 2 * _settings.LeastLeaf || best >= rows.Length)
            return null;
        (int Feature, int Bin)? split = null;
        Philox random = _random.Fork(1);
        // Where the few features have no split, others are looked at, as long as there are some.
        for (int tried = 0; tried < tries || (split is null && tried < 4 * tries); tried++)
        {
            int feature = random.Below(_draws++, _features);
            (double score, int bin) = BestCut(rows, feature);
            if (score > best)
                (best, split) = (score, (feature, bin));
        }

        return split;
    }

    /// <summary>The sum over both sides of the squared class counts over the side's count, which the Gini index is less of.</summary>
    private (double Score, int Bin) BestCut(ReadOnlySpan<int> rows, int feature)
    {
        int bins = _cuts[feature].Length, classes = _classes;
        Span<int> counts = _counts.AsSpan(0, bins * classes), left = stackalloc int[classes], right = stackalloc int[classes];
        counts.Clear();
        left.Clear();
        right.Clear();
        foreach (int row in rows)
        {
            counts[(_bins[((long)row * _features) + feature] * classes) + _labels[row]]++;
            right[_labels[row]]++;
        }

        (double best, int place, int leftCount) = (double.NegativeInfinity, 0, 0);
        for (int bin = 0; bin < bins - 1; bin++)
        {
            long leftSquares = 0, rightSquares = 0;
            for (int c = 0; c < classes; c++)
            {
                int moved = counts[(bin * classes) + c];
                left[c] += moved;
                right[c] -= moved;
                leftCount += moved;
                leftSquares += (long)left[c] * left[c];
                rightSquares += (long)right[c] * right[c];
            }

            int rightCount = rows.Length - leftCount;
            if (leftCount < _settings.LeastLeaf || rightCount < _settings.LeastLeaf || leftCount == 0 || rightCount == 0)
                continue;
            double score = ((double)leftSquares / leftCount) + ((double)rightSquares / rightCount);
            if (score > best)
                (best, place) = (score, bin);
        }

        return (best, place);
    }

    private double Purity(ReadOnlySpan<int> rows)
    {
        Span<int> counts = stackalloc int[_classes];
        foreach (int row in rows)
            counts[_labels[row]]++;
        double squares = 0;
        foreach (int count in counts)
            squares += (double)count * count;
        return squares / rows.Length;
    }

    private int Part(Span<int> rows, int feature, int bin)
    {
        int left = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            if (_bins[((long)rows[i] * _features) + feature] <= bin)
            {
                (rows[left], rows[i]) = (rows[i], rows[left]);
                left++;
            }
        }

        return left;
    }
}
