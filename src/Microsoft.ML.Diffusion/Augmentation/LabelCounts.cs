using System.Numerics;

namespace Microsoft.ML.Diffusion;

/// <summary>Which labels a number of rows have: exact counts, spread evenly over the rows; or whatever the model gives.</summary>
internal sealed class LabelCounts
{
    private readonly long[] _ends;
    private readonly long _step;

    private LabelCounts(int? column, long[] ends, long rowCount)
    {
        Column = column;
        RowCount = rowCount;
        _ends = ends;
        // A step near the golden section, without a common divisor, visits every place once and neighbours far apart.
        _step = Math.Max(1, (long)(rowCount * 0.6180339887498949));
        while (BigInteger.GreatestCommonDivisor(_step, rowCount) > 1)
            _step++;
    }

    /// <summary>The label's place in the table; null where any label will do.</summary>
    public int? Column { get; }

    /// <summary>How many rows there are.</summary>
    public long RowCount { get; }

    /// <summary>Any labels.</summary>
    public static LabelCounts Any(long rowCount) => new(null, [], rowCount);

    /// <summary>As many rows of each code as are asked for.</summary>
    public static LabelCounts OfCounts(int column, long[] counts)
    {
        long[] ends = new long[counts.Length];
        long total = 0;
        for (int code = 0; code < counts.Length; code++)
            ends[code] = total += counts[code];
        return new LabelCounts(column, ends, total);
    }

    /// <summary>Shares rows out so that the counts, with them, come as near to equal as they can: the smallest ones get rows
    /// first.</summary>
    /// <param name="counts">What there is.</param>
    /// <param name="isClass">Which of them take part, at least one.</param>
    /// <param name="rows">How many rows to share out.</param>
    public static long[] Balance(long[] counts, bool[] isClass, long rows)
    {
        long[] shares = new long[counts.Length];
        int[] smallest = [.. Enumerable.Range(0, counts.Length).Where(code => isClass[code]).OrderBy(code => counts[code])];
        if (smallest.Length == 0)
            throw new InvalidDataException("No row has a label, so the labels cannot be balanced.");
        // The level that the smallest ones come up to, and how many they are.
        int group = 1;
        long level = counts[smallest[0]], left = rows;
        for (; group < smallest.Length && left > 0; group++)
        {
            long up = Math.Min(counts[smallest[group]] - level, left / group);
            bool reaches = level + up == counts[smallest[group]];
            level += up;
            left -= up * group;
            if (!reaches)
                break;
        }

        level += left / group;
        left %= group;
        for (int i = 0; i < group; i++)
            shares[smallest[i]] = level - counts[smallest[i]] + (i < left ? 1 : 0);
        return shares;
    }

    /// <summary>The code of a row's label.</summary>
    /// <param name="row">0-based row.</param>
    public double LabelOf(long row)
    {
        long place = (long)((UInt128)row * (UInt128)_step % (UInt128)RowCount);
        int at = Array.BinarySearch(_ends, place + 1);
        // The first end that is large enough: codes without rows have the same end as the one before.
        if (at < 0)
            return ~at;
        while (at > 0 && _ends[at - 1] == _ends[at])
            at--;
        return at;
    }
}
