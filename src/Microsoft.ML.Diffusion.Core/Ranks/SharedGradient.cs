using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Diffusion.Core.Threading;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Core.Ranks;

/// <summary>The gradient of a batch that ranks compute together. The batch is cut into leaves that do not depend on the number of ranks;
/// each rank computes and adds those of its own, then every rank finishes the tree of sums for a slice of the weights, and all slices are
/// gathered: each rank sends and receives about twice the weights, as in a ring.</summary>
internal sealed class SharedGradient
{
    // Enough rows in a leaf to keep matrix products fast, enough leaves for as many machines as a batch is worth.
    private const int LeafRows = 256, FewestLeaves = 16, MostLeaves = 64;

    // After how many steps the exchange is judged, by its fastest step and the fastest computation: others may have waited.
    private const int Trial = 20;

    private readonly GradientExchange _exchange;
    private readonly Parameter[] _parameters;
    private readonly (Parameter Parameter, int Start, int Length, int Place)[] _chunks;
    private readonly LeafTree _tree;
    private readonly int _rows;
    private readonly int[] _cuts;
    private readonly List<(int At, int Size)> _own;
    private readonly float[][] _sums;
    private readonly float[][] _waiting;
    private readonly Dictionary<(int At, int Size), int> _places = [];
    private readonly int[] _sendCounts;
    private readonly int[] _receiveCounts;
    private readonly int[] _sliceCounts;
    private readonly float[] _packed;
    private readonly float[] _received;
    private readonly float[] _total;
    private double _leastComputing = double.PositiveInfinity;
    private double _leastExchanging = double.PositiveInfinity;
    private double _computing;
    private double _exchanging;
    private int _steps;

    /// <param name="exchange">The ranks.</param>
    /// <param name="parameters">What gradients are computed of.</param>
    /// <param name="rows">Rows of a batch.</param>
    /// <exception cref="GradientExchangeException">There are more ranks than a batch of so many rows is cut into parts.</exception>
    public SharedGradient(GradientExchange exchange, IEnumerable<Parameter> parameters, int rows)
    {
        (_exchange, _parameters, _rows) = (exchange, [.. parameters], rows);
        _chunks = [.. Chunks(_parameters)];
        int leaves = LeavesOf(rows), ranks = exchange.Ranks, rank = exchange.Rank;
        if (ranks > leaves)
        {
            throw new GradientExchangeException(
                $"There are {ranks} ranks, and a batch of {rows} rows is cut into {leaves} parts: start at most {leaves} ranks, or take " +
                "larger batches.");
        }

        // The loss goes with the gradient.
        int length = _parameters.Sum(parameter => parameter.Shape.Count) + 1;
        _tree = new LeafTree(leaves, ranks);
        _cuts = [.. Enumerable.Range(0, ranks + 1).Select(each => (int)((long)length * each / ranks))];
        _own = _tree.NodesOf(rank);
        _sums = [.. _own.Select(_ => new float[length])];
        _waiting = [.. Enumerable.Range(0, _own.Max(node => int.Log2(node.Size))).Select(_ => new float[length])];
        _total = new float[length];
        _sliceCounts = [.. Enumerable.Range(0, ranks).Select(Slice)];
        int slice = Slice(rank), place = 0;
        _sendCounts = [.. _sliceCounts.Select(count => checked(count * _own.Count))];
        _receiveCounts = [.. Enumerable.Range(0, ranks).Select(each => checked(_tree.NodesOf(each).Count * slice))];
        foreach ((int At, int Size) node in Enumerable.Range(0, ranks).SelectMany(_tree.NodesOf))
        {
            _places.Add(node, place);
            place = checked(place + slice);
        }

        _packed = _own.Count == 1 ? [] : new float[checked(length * _own.Count)];
        _received = new float[place];
    }

    /// <summary>Into how many parts a batch is cut, a power of two: by its rows alone.</summary>
    /// <param name="rows">Rows of the batch.</param>
    public static int LeavesOf(int rows)
    {
        int wanted = Math.Min(Math.Clamp(rows / LeafRows, FewestLeaves, MostLeaves), rows);
        return 1 << int.Log2(wanted);
    }

    /// <summary>Computes the gradient of the whole batch into <see cref="Parameter.Gradient"/>, the same bits on all ranks.</summary>
    /// <param name="gradient">Adds the gradient of some rows of the batch: the first, and how many; returns their part of the loss. Both
    /// are divided by what they would be for the whole batch.</param>
    /// <returns>The loss.</returns>
    /// <exception cref="GradientExchangeException">The ranks are slower than one process would be.</exception>
    public double Compute(Func<int, int, double> gradient)
    {
        long start = Stopwatch.GetTimestamp();
        for (int node = 0; node < _own.Count; node++)
            SumLeaves(node, gradient);
        long computed = Stopwatch.GetTimestamp();
        float[] total = _exchange.Ranks == 1 ? _sums[0] : Exchange();
        Count(Stopwatch.GetElapsedTime(start, computed).TotalSeconds, Stopwatch.GetElapsedTime(computed).TotalSeconds);
        foreach (Parameter parameter in _parameters)
            _ = parameter.Gradient;
        ParallelLoop.Run(_chunks.Length, i =>
        {
            (Parameter parameter, int start, int length, int place) = _chunks[i];
            total.AsSpan(place, length).CopyTo(parameter.Gradient[start..]);
        });
        return total[^1];
    }

    /// <summary>How long a step took, in one sentence; empty where there was none.</summary>
    public string Summary()
    {
        if (_steps == 0)
            return "";
        string gradients = string.Create(
            CultureInfo.InvariantCulture,
            $"a step took {1000 * _computing / _steps:F1} ms for gradients (at best {1000 * _leastComputing:F1})");
        return _exchange.Ranks == 1 ? $"One rank: {gradients}." : string.Create(
            CultureInfo.InvariantCulture,
            $"{_exchange.Ranks} ranks: {gradients} and {1000 * _exchanging / _steps:F1} ms (at best {1000 * _leastExchanging:F1}) to " +
            $"exchange {_total.Length - 1} of them, waiting included.");
    }

    private int Slice(int rank) => _cuts[rank + 1] - _cuts[rank];

    /// <summary>The sum of the gradients of one of the own subtrees, added as a binary number counts: a leaf that ends a pair is added to
    /// the first of the pair, that sum to the one before, and so on.</summary>
    private void SumLeaves(int node, Func<int, int, double> gradient)
    {
        (int at, int size) = _own[node];
        int levels = int.Log2(size);
        for (int leaf = 0; leaf < size; leaf++)
        {
            int first = RowOf(at + leaf);
            float loss = (float)gradient(first, RowOf(at + leaf + 1) - first);
            bool endsPair = (leaf & 1) == 1;
            TakeLeaf(Sum(0), loss, endsPair);
            if (!endsPair)
                continue;
            int level = 1;
            for (; ((leaf >> level) & 1) == 1; level++)
                FloatSums.Add(Sum(level - 1), Sum(level));
            (Sum(level), Sum(level - 1)) = (Sum(level - 1), Sum(level));
        }

        // What waits for its second half; the last one is the sum.
        ref float[] Sum(int level) => ref level == levels ? ref _sums[node] : ref _waiting[level];
    }

    /// <summary>Takes the gradient of a leaf out of the parameters.</summary>
    private void TakeLeaf(float[] sum, float loss, bool adds)
    {
        foreach (Parameter parameter in _parameters)
            _ = parameter.Gradient;
        ParallelLoop.Run(_chunks.Length, i =>
        {
            (Parameter parameter, int start, int length, int place) = _chunks[i];
            ReadOnlySpan<float> from = parameter.Gradient.Slice(start, length);
            if (adds)
                FloatSums.Add(from, sum.AsSpan(place, length));
            else
                from.CopyTo(sum.AsSpan(place, length));
        });
        sum[^1] = adds ? sum[^1] + loss : loss;
        foreach (Parameter parameter in _parameters)
            parameter.ZeroGradient();
    }

    /// <summary>The sum over all ranks.</summary>
    private float[] Exchange()
    {
        if (_own.Count > 1)
        {
            int place = 0;
            for (int rank = 0; rank < _exchange.Ranks; rank++)
            {
                foreach (float[] sum in _sums)
                {
                    sum.AsSpan(_cuts[rank], _sliceCounts[rank]).CopyTo(_packed.AsSpan(place));
                    place += _sliceCounts[rank];
                }
            }
        }

        // A single sum lies as it is sent.
        _exchange.AllToAll(_own.Count > 1 ? _packed : _sums[0], _sendCounts, _received, _receiveCounts);
        int length = _sliceCounts[_exchange.Rank], at = _tree.Finish(_places, _received, length);
        _exchange.AllGather(_received.AsSpan(at, length), _total, _sliceCounts);
        return _total;
    }

    /// <summary>Counts the time of a step, and refuses, after some, ranks that are slower than one process.</summary>
    private void Count(double computing, double exchanging)
    {
        _steps++;
        _computing += computing;
        _exchanging += exchanging;
        (_leastComputing, _leastExchanging) = (Math.Min(_leastComputing, computing), Math.Min(_leastExchanging, exchanging));
        if (_steps != Trial || _exchange.Ranks == 1 || !_exchange.RefusesSlowNetworks)
            return;
        (double least, double exchange) = _exchange.OfFirst((_leastComputing, _leastExchanging));
        int ranks = _exchange.Ranks;
        if (least + exchange >= ranks * least)
        {
            throw new GradientExchangeException(string.Create(
                CultureInfo.InvariantCulture,
                $"On {ranks} ranks a step takes {1000 * least:F2} ms to compute gradients and {1000 * exchange:F2} ms to exchange them, " +
                $"and one process takes about {1000 * ranks * least:F2} ms for all: train in one process, or take larger batches."));
        }
    }

    private int RowOf(int leaf) => (int)((long)_rows * leaf / _tree.Leaves);

    private static IEnumerable<(Parameter Parameter, int Start, int Length, int Place)> Chunks(IEnumerable<Parameter> parameters)
    {
        int place = 0;
        foreach (Parameter parameter in parameters)
        {
            int count = parameter.Shape.Count;
            for (int start = 0; start < count; start += FloatSums.ChunkSize)
                yield return (parameter, start, Math.Min(FloatSums.ChunkSize, count - start), place + start);
            place += count;
        }
    }
}
