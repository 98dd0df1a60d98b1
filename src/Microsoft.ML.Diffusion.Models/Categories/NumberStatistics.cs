namespace Microsoft.ML.Diffusion.Models.Categories;

/// <summary>Count, mean and sum of squares of a number among the rows of each value.</summary>
internal sealed class NumberStatistics : FeatureStatistics
{
    // The variance of a value is that of all values until it has many rows of its own.
    private const double VarianceRows = 8, LeastVariance = 1e-6;

    private readonly int[] _counts;
    private readonly double[] _means;
    private readonly double[] _squares;
    private readonly double _mean, _within;

    public NumberStatistics(RowFeature feature, int[] codes, int valueCount, Func<int, double> cell)
        : base(feature)
    {
        (_counts, _means, _squares) = (new int[valueCount], new double[valueCount], new double[valueCount]);
        double all = 0, rows = 0, allSquares = 0;
        for (int row = 0; row < codes.Length; row++)
        {
            float x = codes[row] < 0 ? float.NaN : feature.Of(cell(row));
            if (float.IsNaN(x))
                continue;
            int code = codes[row];
            double difference = x - _means[code];
            _means[code] += difference / ++_counts[code];
            _squares[code] += difference * (x - _means[code]);
            difference = x - all;
            all += difference / ++rows;
            allSquares += difference * (x - all);
        }
        _mean = all;
        double values = _counts.Count(count => count > 0), free = rows - values;
        _within = free > 0 ? Math.Max(LeastVariance, _squares.Sum() / free) : 1;
        double total = rows > 1 ? allSquares / (rows - 1) : 0;
        Explained = total > 0 ? WithoutChance(1 - _within / total, rows, values) : 0;
    }

    public override long Size => 5L * _counts.Length;

    public override double SpreadWithin(ReadOnlySpan<int> group)
    {
        double sum = 0, squares = 0, rows = 0;
        foreach (int value in group)
        {
            double mean = Mean(value, _mean), weight = _counts[value];
            (sum, squares, rows) = (sum + weight * mean, squares + weight * mean * mean, rows + weight);
        }
        return rows > 0 ? Math.Max(0, squares / rows - sum / rows * (sum / rows)) : 0;
    }

    public override double[] Keys(ReadOnlySpan<int> group, ReadOnlySpan<long> weights)
    {
        double[] keys = new double[group.Length];
        for (int i = 0; i < keys.Length; i++)
            keys[i] = Mean(group[i], _mean);
        return keys;
    }

    public override FeatureLikelihood ToLikelihood(int[] groupOf, int groupCount)
    {
        double[] sums = new double[groupCount], rows = new double[groupCount];
        for (int value = 0; value < groupOf.Length; value++)
        {
            if (groupOf[value] < 0)
                continue;
            sums[groupOf[value]] += _counts[value] * _means[value];
            rows[groupOf[value]] += _counts[value];
        }
        float[] means = new float[groupOf.Length], deviations = new float[groupOf.Length];
        for (int value = 0; value < means.Length; value++)
        {
            int group = groupOf[value];
            double around = group >= 0 && rows[group] > 0 ? sums[group] / rows[group] : _mean;
            means[value] = (float)Mean(value, around);
            double variance = (_squares[value] + VarianceRows * _within) / (Math.Max(0, _counts[value] - 1) + VarianceRows);
            // The mean itself is known to within its own error.
            deviations[value] = (float)Math.Sqrt(variance * (1 + 1 / (_counts[value] + Borrowed)));
        }
        return new NumberLikelihood(Feature, means, deviations);
    }

    private double Mean(int value, double around) => (_counts[value] * _means[value] + Borrowed * around) / (_counts[value] + Borrowed);
}
