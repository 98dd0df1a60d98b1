namespace Microsoft.ML.Diffusion.Models.Categories;

/// <summary>How often each bin of a feature occurs among the rows of each value.</summary>
internal sealed class BinStatistics : FeatureStatistics
{
    private readonly int _bins;
    private readonly int[] _counts;
    private readonly int[] _rows;
    private readonly double[] _shares;

    public BinStatistics(RowFeature feature, int[] codes, int valueCount, Func<int, double> cell)
        : base(feature)
    {
        _bins = feature.BinCount;
        (_counts, _rows, _shares) = (new int[valueCount * _bins], new int[valueCount], new double[_bins]);
        for (int row = 0; row < codes.Length; row++)
        {
            float x = codes[row] < 0 ? float.NaN : feature.Of(cell(row));
            if (float.IsNaN(x))
                continue;
            _counts[codes[row] * _bins + (int)x]++;
            _rows[codes[row]]++;
            _shares[(int)x]++;
        }
        double all = _shares.Sum();
        for (int bin = 0; bin < _bins; bin++)
            _shares[bin] /= Math.Max(1, all);
        double total = 1 - _shares.Sum(share => share * share);
        // Gini's impurity within values, without bias; a value of one row tells nothing of it.
        double within = 0, rows = 0, values = 0;
        for (int value = 0; value < valueCount; value++)
        {
            double n = _rows[value];
            if (n < 2)
                continue;
            double squares = 0;
            for (int bin = 0; bin < _bins; bin++)
                squares += Math.Pow(_counts[value * _bins + bin] / n, 2);
            within += n * (1 - squares) * n / (n - 1);
            (rows, values) = (rows + n, values + 1);
        }
        Explained = total > 0 && rows > 0 ? WithoutChance(1 - within / rows / total, rows, values) : 0;
    }

    public override long Size => _counts.LongLength;

    public override double SpreadWithin(ReadOnlySpan<int> group)
    {
        double[] sums = new double[_bins];
        double squares = 0, rows = 0;
        foreach (int value in group)
        {
            double n = _rows[value];
            rows += n;
            for (int bin = 0; bin < _bins; bin++)
            {
                double share = Share(value, bin, _shares[bin]);
                sums[bin] += n * share;
                squares += n * share * share;
            }
        }
        return rows > 0 ? Math.Max(0, squares / rows - sums.Sum(sum => sum / rows * (sum / rows))) : 0;
    }

    /// <remarks>Values go with their most frequent bin, and bins to the half that has fewer rows so far, the most frequent first.</remarks>
    public override double[] Keys(ReadOnlySpan<int> group, ReadOnlySpan<long> weights)
    {
        int[] main = new int[group.Length];
        long[] rows = new long[_bins];
        for (int i = 0; i < main.Length; i++)
        {
            ReadOnlySpan<int> counts = _counts.AsSpan(group[i] * _bins, _bins);
            for (int bin = 1; bin < _bins; bin++)
            {
                if (counts[bin] > counts[main[i]])
                    main[i] = bin;
            }
            rows[main[i]] += weights[i];
        }
        bool[] isSecond = new bool[_bins];
        long first = 0, second = 0;
        foreach (int bin in Enumerable.Range(0, _bins).OrderByDescending(bin => rows[bin]))
        {
            isSecond[bin] = second < first;
            if (isSecond[bin])
                second += rows[bin];
            else
                first += rows[bin];
        }
        return [.. main.Select(bin => isSecond[bin] ? 1.0 : 0)];
    }

    public override FeatureLikelihood ToLikelihood(int[] groupOf, int groupCount)
    {
        // A group's shares, which borrow one row from those of all values.
        double[] groups = new double[groupCount * _bins], rows = new double[groupCount];
        for (int value = 0; value < groupOf.Length; value++)
        {
            if (groupOf[value] < 0)
                continue;
            rows[groupOf[value]] += _rows[value];
            for (int bin = 0; bin < _bins; bin++)
                groups[groupOf[value] * _bins + bin] += _counts[value * _bins + bin];
        }
        for (int i = 0; i < groups.Length; i++)
            groups[i] = (groups[i] + _shares[i % _bins]) / (rows[i / _bins] + 1);
        float[] logarithms = new float[groupOf.Length * _bins];
        for (int i = 0; i < logarithms.Length; i++)
        {
            int group = groupOf[i / _bins];
            double around = group < 0 ? _shares[i % _bins] : groups[group * _bins + i % _bins];
            logarithms[i] = (float)Math.Log(Math.Max(1e-9, Share(i / _bins, i % _bins, around)));
        }
        return new BinLikelihood(Feature, logarithms);
    }

    private double Share(int value, int bin, double around) =>
        (_counts[value * _bins + bin] + Borrowed * around) / (_rows[value] + Borrowed);
}
