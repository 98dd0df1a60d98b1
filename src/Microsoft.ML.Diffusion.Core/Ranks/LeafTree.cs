namespace Microsoft.ML.Diffusion.Core.Ranks;

/// <summary>The tree by which the gradients of the leaves of a batch are added: pairs of leaves, then pairs of pairs, and so on. It is the
/// same for any number of ranks, and so is the rounding.</summary>
/// <param name="leaves">A power of two.</param>
/// <param name="ranks">At most <paramref name="leaves"/>.</param>
internal sealed class LeafTree(int leaves, int ranks)
{
    /// <summary>The number of leaves.</summary>
    public int Leaves => leaves;

    /// <summary>The largest whole subtrees of the leaves that a rank has, in order: leaf At to leaf At + Size - 1.</summary>
    public List<(int At, int Size)> NodesOf(int rank)
    {
        int at = (int)((long)leaves * rank / ranks), end = (int)((long)leaves * (rank + 1) / ranks);
        List<(int At, int Size)> nodes = [];
        while (at < end)
        {
            int size = 1;
            while (at % (2 * size) == 0 && at + (2 * size) <= end)
                size *= 2;
            nodes.Add((at, size));
            at += size;
        }

        return nodes;
    }

    /// <summary>Adds the sums of subtrees up to that of the whole tree, in place.</summary>
    /// <param name="placeOf">Where the sum of a subtree that some rank has begins in <paramref name="sums"/>, by its first leaf and its
    /// size.</param>
    /// <param name="sums">The sums.</param>
    /// <param name="length">The length of each.</param>
    /// <returns>Where the sum of all begins.</returns>
    public int Finish(IReadOnlyDictionary<(int At, int Size), int> placeOf, float[] sums, int length)
    {
        return Sum(0, leaves);

        int Sum(int at, int size)
        {
            if (placeOf.TryGetValue((at, size), out int place))
                return place;
            int left = Sum(at, size / 2), right = Sum(at + (size / 2), size / 2);
            FloatSums.Add(sums.AsSpan(right, length), sums.AsSpan(left, length));
            return left;
        }
    }
}
