using Microsoft.ML.Diffusion.Models.Persistence;
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

/// <summary>A number: normal, with a mean and deviation of each value.</summary>
internal sealed class NumberLikelihood(RowFeature feature, float[] means, float[] deviations) : FeatureLikelihood(feature)
{
    // No single number rules a value out for good: beyond five deviations they all count alike.
    private const float MostSquare = 25;

    public override void AddTo(float x, float weight, ReadOnlySpan<int> group, Span<float> scores)
    {
        for (int i = 0; i < group.Length; i++)
        {
            float deviation = deviations[group[i]], distance = (x - means[group[i]]) / deviation;
            scores[i] -= weight * (0.5f * MathF.Min(distance * distance, MostSquare) + MathF.Log(deviation));
        }
    }

    public static NumberLikelihood Load(BinaryReader reader, RowFeature feature, int valueCount)
    {
        float[] means = reader.ReadFiniteSingles("means of values", valueCount);
        float[] deviations = reader.ReadFiniteSingles("deviations of values", valueCount);
        CheckedReading.Require(Array.TrueForAll(deviations, deviation => deviation > 0), "a deviation is not above 0");
        return new NumberLikelihood(feature, means, deviations);
    }

    private protected override void SaveContent(BinaryWriter writer)
    {
        writer.WriteArray(means);
        writer.WriteArray(deviations);
    }
}

/// <summary>A category: the logarithm of the share of each of its bins among the rows of each value.</summary>
internal sealed class BinLikelihood(RowFeature feature, float[] logarithms) : FeatureLikelihood(feature)
{
    public override void AddTo(float x, float weight, ReadOnlySpan<int> group, Span<float> scores)
    {
        for (int i = 0; i < group.Length; i++)
            scores[i] += weight * logarithms[group[i] * Feature.BinCount + (int)x];
    }

    public static BinLikelihood Load(BinaryReader reader, RowFeature feature, int valueCount) =>
        new(feature, reader.ReadFiniteSingles("shares of bins", checked(valueCount * feature.BinCount)));

    private protected override void SaveContent(BinaryWriter writer) => writer.WriteArray(logarithms);
}
