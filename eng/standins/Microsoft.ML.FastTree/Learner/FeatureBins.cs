namespace Microsoft.ML.Trainers.FastTree.Learner;

/// <summary>How the values of one feature fall into at most 255 bins; the last bin is for missing values where there are any.</summary>
internal sealed class FeatureBins
{
    // Bin b holds the values up to and including its upper bound; the last bound is +infinity.
    private readonly float[] _upperBounds;

    private FeatureBins(float[] upperBounds, bool hasMissing)
    {
        _upperBounds = upperBounds;
        HasMissing = hasMissing;
    }

    public bool HasMissing { get; }

    public int ValueBinCount => _upperBounds.Length;

    public int BinCount => ValueBinCount + (HasMissing ? 1 : 0);

    /// <summary>The largest value that goes left when a node splits after <paramref name="bin"/>.</summary>
    public float Threshold(int bin) => _upperBounds[bin];

    public int BinOf(float value)
    {
        if (float.IsNaN(value))
            return ValueBinCount;
        int low = 0, high = ValueBinCount - 1;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (value <= _upperBounds[middle])
                high = middle;
            else
                low = middle + 1;
        }
        return low;
    }

    /// <summary>Bins of equal frequency, one bin a value where there are few values.</summary>
    /// <param name="values">The values of the feature in any order; sorted in place.</param>
    /// <param name="maximumBinCount">The most bins for values that are not missing.</param>
    public static FeatureBins Of(Span<float> values, int maximumBinCount)
    {
        values.Sort(); // NaN comes first
        int missing = 0;
        while (missing < values.Length && float.IsNaN(values[missing]))
            missing++;
        Span<float> present = values[missing..];
        var distinct = new List<(float Value, int Count)>();
        for (int i = 0; i < present.Length; i++)
        {
            if (i > 0 && present[i] == present[i - 1])
                distinct[^1] = (present[i], distinct[^1].Count + 1);
            else
                distinct.Add((present[i], 1));
        }
        return new FeatureBins(UpperBounds(distinct, present.Length, maximumBinCount), missing > 0);
    }

    private static float[] UpperBounds(List<(float Value, int Count)> distinct, int total, int maximumBinCount)
    {
        var bounds = new List<float>();
        bool oneBinEach = distinct.Count <= maximumBinCount;
        int inBin = 0, left = total;
        for (int i = 0; i + 1 < distinct.Count; i++)
        {
            inBin += distinct[i].Count;
            int binsLeft = maximumBinCount - bounds.Count;
            if (binsLeft == 1)
                break;
            // A bin is full when it holds its share of the values that had no bin yet.
            if (oneBinEach || (long)inBin * binsLeft >= left)
            {
                bounds.Add(Between(distinct[i].Value, distinct[i + 1].Value));
                left -= inBin;
                inBin = 0;
            }
        }
        bounds.Add(float.PositiveInfinity);
        return bounds.ToArray();
    }

    private static float Between(float low, float high)
    {
        float middle = low * 0.5f + high * 0.5f;
        return middle >= low && middle < high ? middle : low;
    }
}
