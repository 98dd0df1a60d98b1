namespace Microsoft.ML.Diffusion.Models.Categories;

/// <summary>What one feature looks like among the rows of each value of a column with many categories.</summary>
internal abstract class FeatureStatistics
{
    // A column that explains everything still gives each value a little of its group's ways: a row more may differ.
    private const double LeastBorrowed = 0.1, MostBorrowed = 50;

    private protected FeatureStatistics(RowFeature feature) => Feature = feature;

    /// <summary>The feature.</summary>
    public RowFeature Feature { get; }

    /// <summary>The share of the feature's variance that the value explains, without bias: 0 where the feature tells nothing about the
    /// value, at most 1.</summary>
    public double Explained { get; private protected set; }

    /// <summary>How many rows more that look like its group each value is given, so that few rows do not say too much: variance within
    /// values by that between them.</summary>
    public double Borrowed => Math.Clamp((1 - Explained) / Math.Max(Explained, 1e-9), LeastBorrowed, MostBorrowed);

    /// <summary>Counts the rows of a table.</summary>
    /// <param name="feature">The feature.</param>
    /// <param name="codes">The code of each row; -1 where the row does not count.</param>
    /// <param name="valueCount">How many codes there are.</param>
    /// <param name="cell">The cell of a row.</param>
    public static FeatureStatistics Of(RowFeature feature, int[] codes, int valueCount, Func<int, double> cell) => feature.BinCount == 0
        ? new NumberStatistics(feature, codes, valueCount, cell)
        : new BinStatistics(feature, codes, valueCount, cell);

    /// <summary>Cells of memory.</summary>
    public abstract long Size { get; }

    /// <summary>How much values of a group differ in the feature.</summary>
    public abstract double SpreadWithin(ReadOnlySpan<int> group);

    /// <summary>A number by which the values of a group are put in an order that is cut in two halves; the same number is never
    /// cut.</summary>
    /// <param name="group">The values.</param>
    /// <param name="weights">How often each occurs.</param>
    public abstract double[] Keys(ReadOnlySpan<int> group, ReadOnlySpan<long> weights);

    /// <summary>The likelihood of the feature given each value, where a value borrows from its group.</summary>
    /// <param name="groupOf">The group of each code; -1 for none.</param>
    /// <param name="groupCount">How many groups there are.</param>
    public abstract FeatureLikelihood ToLikelihood(int[] groupOf, int groupCount);

    // Explained variance that chance gives a feature that tells nothing has about this deviation.
    private protected static double WithoutChance(double explained, double rows, double values) =>
        rows - values < 2 || values < 2 || explained < 2 * Math.Sqrt(2 / (rows - values)) ? 0 : Math.Min(explained, 1);
}
