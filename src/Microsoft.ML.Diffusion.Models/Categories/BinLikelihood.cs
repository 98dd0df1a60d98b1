using Microsoft.ML.Diffusion.Models.Persistence;

namespace Microsoft.ML.Diffusion.Models.Categories;

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
