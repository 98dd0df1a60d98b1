using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Categories;

/// <summary>How likely a feature is given each value of a column with many categories.</summary>
internal abstract class FeatureLikelihood
{
    private protected FeatureLikelihood(RowFeature feature) => Feature = feature;

    /// <summary>The feature.</summary>
    public RowFeature Feature { get; }

    /// <summary>Adds the logarithm of the likelihood to the score of each value of a group.</summary>
    /// <param name="x">The feature; not NaN.</param>
    /// <param name="weight">What the logarithm is multiplied by.</param>
    /// <param name="group">The values.</param>
    /// <param name="scores">One for each.</param>
    public abstract void AddTo(float x, float weight, ReadOnlySpan<int> group, Span<float> scores);

    public void Save(BinaryWriter writer)
    {
        Feature.Save(writer);
        SaveContent(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="reader">Where to read from.</param>
    /// <param name="columns">The columns of the table.</param>
    /// <param name="valueCount">How many values the column has.</param>
    public static FeatureLikelihood Load(BinaryReader reader, IReadOnlyList<TableColumn> columns, int valueCount)
    {
        var feature = RowFeature.Load(reader, columns);
        return feature.BinCount == 0 ? NumberLikelihood.Load(reader, feature, valueCount) : BinLikelihood.Load(reader, feature, valueCount);
    }

    private protected abstract void SaveContent(BinaryWriter writer);
}
