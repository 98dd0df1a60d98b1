using Microsoft.ML.Diffusion.Models.Persistence;

namespace Microsoft.ML.Diffusion.Models.Encoders;

/// <summary>How the values of one bin of a number are distributed: a value that several rows have comes as often as it does there, and
/// the others come evenly between values in the middle of every few of them.</summary>
/// <remarks>A quantile function from knots of a rank, 0 to 1, and a value; straight between two knots, level at a value that
/// repeats.</remarks>
internal sealed class BinValues
{
    /// <summary>Into how many parts a bin of more than one value is divided.</summary>
    public const int Parts = 16;

    // A value of fewer rows is not told from its neighbours, so that no value of one row alone is handed out.
    private const int FewestRepeats = 5;

    // Values that do not repeat between two knots.
    private const int ValuesBetween = 8;

    private readonly double[] _ranks;
    private readonly double[] _values;

    private BinValues(double[] ranks, double[] values) => (_ranks, _values) = (ranks, values);

    /// <summary>The smallest value.</summary>
    public double First => _values[0];

    /// <summary>The largest value.</summary>
    public double Last => _values[^1];

    /// <summary>Whether all values are the same.</summary>
    public bool IsSingle => First == Last;

    /// <param name="sorted">The values, at least one, ascending.</param>
    public static BinValues Of(ReadOnlySpan<double> sorted)
    {
        if (sorted[0] == sorted[^1])
            return new BinValues([0], [sorted[0]]);
        List<double> ranks = [], values = [];
        for (int start = 0, end; start < sorted.Length; start = end)
        {
            end = start + 1;
            if (RunOf(sorted, start) is var run && run >= FewestRepeats)
            {
                end = start + run;
                Add(start, sorted[start], sorted.Length);
                Add(end, sorted[start], sorted.Length);
                continue;
            }
            for (end = start + run; end < sorted.Length && RunOf(sorted, end) is var next && next < FewestRepeats;)
                end += next;
            int parts = Math.Max(1, (end - start) / ValuesBetween);
            for (int part = 0; part <= parts; part++)
            {
                int place = start + (int)((long)(end - start) * part / parts);
                double value = place == 0 ? sorted[0] : place == sorted.Length ? sorted[^1] : Middle(sorted[place - 1], sorted[place]);
                Add(place, value, sorted.Length);
            }
        }
        return new BinValues([.. ranks], [.. values]);

        void Add(int place, double value, int length)
        {
            ranks.Add((double)place / length);
            values.Add(value);
        }
    }

    /// <summary>The value below which a share of the values lies.</summary>
    /// <param name="rank">In [0, 1].</param>
    public double At(double rank)
    {
        if (IsSingle)
            return First;
        // The last knot that is not above the rank; a rank of 1 is reached by the knot before the end.
        int below = 0, above = _ranks.Length - 1;
        while (above - below > 1)
        {
            int middle = (below + above) / 2;
            (below, above) = _ranks[middle] <= rank ? (middle, above) : (below, middle);
        }
        double gap = _ranks[above] - _ranks[below];
        return gap > 0 ? Between(_values[below], _values[above], Math.Clamp((rank - _ranks[below]) / gap, 0, 1)) : _values[above];
    }

    /// <summary>The share of the values that lie below a value.</summary>
    public double ShareBelow(double value)
    {
        if (value <= First)
            return 0;
        if (value > Last)
            return 1;
        int above = 1;
        while (_values[above] < value)
            above++;
        return RankBetween(above, value);
    }

    /// <summary>The share of the values that are a value or lie below it.</summary>
    public double ShareUpTo(double value)
    {
        if (value < First)
            return 0;
        if (value >= Last)
            return 1;
        int above = 1;
        while (_values[above] <= value)
            above++;
        return RankBetween(above, value);
    }

    public void Save(BinaryWriter writer)
    {
        writer.WriteArray(_ranks);
        writer.WriteArray(_values);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static BinValues Load(BinaryReader reader)
    {
        double[] ranks = reader.ReadFiniteDoubles("ranks of a bin");
        double[] values = reader.ReadFiniteDoubles("values of a bin", ranks.Length);
        bool isSound = ranks.Length > 0 && ranks[0] == 0 && (ranks.Length == 1 || (ranks[^1] == 1 && values[0] < values[^1]));
        for (int i = 1; i < ranks.Length; i++)
            isSound &= ranks[i] >= ranks[i - 1] && values[i] >= values[i - 1];
        CheckedReading.Require(isSound, "the values of a bin do not ascend");
        return new BinValues(ranks, values);
    }

    private static int RunOf(ReadOnlySpan<double> sorted, int start)
    {
        int end = start + 1;
        while (end < sorted.Length && sorted[end] == sorted[start])
            end++;
        return end - start;
    }

    // The distance of two doubles may be more than a double can hold.
    private double RankBetween(int above, double value)
    {
        double low = _values[above - 1] / 2, high = _values[above] / 2;
        return _ranks[above - 1] + (_ranks[above] - _ranks[above - 1]) * Math.Clamp((value / 2 - low) / (high - low), 0, 1);
    }

    private static double Middle(double lower, double upper) => lower / 2 + upper / 2;

    private static double Between(double lower, double upper, double share)
    {
        double gap = upper - lower;
        return double.IsInfinity(gap) ? (1 - share) * lower + share * upper : lower + share * gap;
    }
}
