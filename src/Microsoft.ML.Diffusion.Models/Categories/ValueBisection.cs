using Microsoft.ML.Diffusion.Models.Encoders;

namespace Microsoft.ML.Diffusion.Models.Categories;

/// <summary>Puts the values of a column with many categories into groups: frequent values alone, the others with those that look like
/// them in the other columns.</summary>
internal static class ValueBisection
{
    // Values with at least one in so many rows are groups of their own, and groups of fewer than two in so many are not cut.
    private const int Parts = 64;

    /// <summary>Finds the groups.</summary>
    /// <param name="counts">How often each value occurs.</param>
    /// <param name="features">What tells values apart; where nothing does, all but the frequent ones are one group.</param>
    /// <param name="cancel">Stops the work.</param>
    /// <returns>The group of each value; -1 for one that does not occur.</returns>
    public static int[] GroupsOf(int[] counts, IReadOnlyList<FeatureStatistics> features, CancellationToken cancel)
    {
        long total = counts.Sum(count => (long)count), least = Math.Max(1, total / Parts);
        int[] groupOf = new int[counts.Length];
        Array.Fill(groupOf, -1);
        int groups = 0;
        for (int value = 0; value < counts.Length; value++)
        {
            if (counts[value] >= least)
                groupOf[value] = groups++;
        }
        int[] rest = [.. Enumerable.Range(0, counts.Length).Where(value => counts[value] > 0 && groupOf[value] < 0)];
        var open = new Stack<int[]>();
        if (rest.Length > 0)
            open.Push(rest);
        while (open.TryPop(out int[]? group))
        {
            cancel.ThrowIfCancellationRequested();
            bool mayCut = Rows(group) >= 2 * least && groups + open.Count + 2 <= TableEncoder.MostCategories;
            if (mayCut && Cut(group, counts, features) is ({ } left, { } right))
            {
                open.Push(right);
                open.Push(left);
                continue;
            }
            foreach (int value in group)
                groupOf[value] = groups;
            groups++;
        }
        return groupOf;

        long Rows(int[] group) => group.Sum(value => (long)counts[value]);
    }

    /// <summary>Cuts a group in two halves of nearly as many rows, by the feature in which its values differ most.</summary>
    private static (int[] Left, int[] Right)? Cut(int[] group, int[] counts, IReadOnlyList<FeatureStatistics> features)
    {
        if (group.Length < 2)
            return null;
        long[] weights = [.. group.Select(value => (long)counts[value])];
        foreach (FeatureStatistics feature in features.OrderByDescending(feature => feature.SpreadWithin(group)))
        {
            double[] keys = feature.Keys(group, weights);
            int[] order = [.. Enumerable.Range(0, group.Length).OrderBy(i => keys[i])];
            if (keys[order[0]] == keys[order[^1]])
                continue;
            return Halves(group, weights, keys, order);
        }
        return null;
    }

    private static (int[] Left, int[] Right) Halves(int[] group, long[] weights, double[] keys, int[] order)
    {
        long total = weights.Sum(), before = 0, best = long.MaxValue;
        int cut = 1;
        for (int i = 1; i < order.Length; i++)
        {
            before += weights[order[i - 1]];
            if (keys[order[i]] != keys[order[i - 1]] && Math.Abs(total - 2 * before) < best)
                (best, cut) = (Math.Abs(total - 2 * before), i);
        }
        int[] left = [.. order[..cut].Select(i => group[i]).Order()], right = [.. order[cut..].Select(i => group[i]).Order()];
        return (left, right);
    }
}
