using Microsoft.ML.Diffusion.Models.Persistence;

namespace Microsoft.ML.Diffusion.Models.Categories;

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
