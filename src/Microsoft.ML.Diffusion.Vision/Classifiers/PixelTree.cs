using Microsoft.ML.Diffusion.Models.Persistence;

namespace Microsoft.ML.Diffusion.Vision.Classifiers;

/// <summary>A tree of splits at thresholds, with the shares of the classes in each leaf.</summary>
/// <param name="Features">The feature of each node's split; -1 for a leaf.</param>
/// <param name="Thresholds">What the feature is at most on the left side.</param>
/// <param name="Next">The left one of the two nodes that follow a split, the right one is behind it; the place of a leaf among the
/// leaves.</param>
/// <param name="Shares">[leaves, classes].</param>
internal sealed record PixelTree(int[] Features, float[] Thresholds, int[] Next, float[] Shares)
{
    /// <summary>The shares of the classes in the leaf of a pixel.</summary>
    public ReadOnlySpan<float> Predict(ReadOnlySpan<float> features, int classes)
    {
        int node = 0;
        while (Features[node] >= 0)
            node = Next[node] + (features[Features[node]] <= Thresholds[node] ? 0 : 1);
        return Shares.AsSpan(Next[node] * classes, classes);
    }

    /// <summary>Writes the tree.</summary>
    public void Save(BinaryWriter writer)
    {
        writer.WriteArray(Features);
        writer.WriteArray(Thresholds);
        writer.WriteArray(Next);
        writer.WriteArray(Shares);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The data are damaged.</exception>
    public static PixelTree Load(BinaryReader reader, int features, int classes)
    {
        var tree = new PixelTree(
            reader.ReadArray<int>(), reader.ReadFiniteSingles("thresholds"), reader.ReadArray<int>(), reader.ReadFiniteSingles("shares"));
        int nodes = tree.Features.Length;
        bool isSound = nodes > 0 && tree.Thresholds.Length == nodes && tree.Next.Length == nodes && tree.Shares.Length % classes == 0;
        for (int i = 0; isSound && i < nodes; i++)
        {
            // What follows a split lies behind it, so that every way ends.
            isSound = tree.Features[i] < 0
                ? tree.Next[i] >= 0 && tree.Next[i] < tree.Shares.Length / classes
                : tree.Features[i] < features && tree.Next[i] > i && tree.Next[i] < nodes - 1;
        }

        CheckedReading.Require(isSound, "a tree contradicts itself");
        return tree;
    }
}
