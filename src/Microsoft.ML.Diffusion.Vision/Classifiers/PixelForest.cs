using Microsoft.ML.Diffusion.Core.Threading;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Tensors;
using Microsoft.ML.Diffusion.Vision.Features;

namespace Microsoft.ML.Diffusion.Vision.Classifiers;

/// <summary>A random forest (Breiman 2001) over the features of pixels.</summary>
internal sealed class PixelForest : IPixelClassifier
{
    private const int Bins = 256;
    private const int PixelsAtOnce = 64;
    private const int MostTrees = 100_000;
    private const int LargestNumber = 1 << 20;

    private readonly PixelTree[] _trees;

    private PixelForest(PixelTree[] trees, int features, int classes) => (_trees, Features, Classes) = (trees, features, classes);

    /// <inheritdoc/>
    public int Classes { get; }

    /// <inheritdoc/>
    public int Features { get; }

    /// <summary>Trains.</summary>
    /// <param name="pixels">The labelled pixels; at least one.</param>
    /// <param name="settings">The sizes.</param>
    /// <param name="seed">Where everything random comes from.</param>
    /// <param name="cancel">Looked at before each tree.</param>
    /// <param name="threads">How many trees are grown at a time; null for as many as there are processors.</param>
    public static PixelForest Train(
        LabelledPixels pixels, PixelForestSettings settings, ulong seed, CancellationToken cancel, int? threads = null)
    {
        var random = new Philox(seed);
        int[] chosen = new int[pixels.Count];
        random.Fork(0).Permutation(chosen);
        chosen = chosen[..Math.Min(chosen.Length, settings.MostPixels)];
        int features = pixels.Features;
        byte[] bins = new byte[(long)chosen.Length * features], labels = [.. chosen.Select(pixels.LabelOf)];
        float[] values = new float[(long)chosen.Length * features];
        ParallelLoop.Run(chosen.Length, i => pixels.Read(chosen[i], values.AsSpan(i * features, features)), threads, cancel);
        float[][] cuts = new float[features][];
        ParallelLoop.Run(features, feature => cuts[feature] = Cut(values, features, feature, bins), threads, cancel);
        var trees = new PixelTree[settings.Trees];
        ParallelLoop.Run(
            trees.Length,
            i => trees[i] = new PixelTreeGrower(bins, cuts, labels, pixels.Classes, settings, random.Fork(1).Fork((ulong)i)).Grow(),
            threads,
            cancel);
        return new PixelForest(trees, features, pixels.Classes);
    }

    /// <inheritdoc/>
    public void Predict(PictureFeatures picture, float[] probabilities, float[] uncertainty, int? threads = null)
    {
        int blocks = (picture.Pixels + PixelsAtOnce - 1) / PixelsAtOnce;
        ParallelLoop.Run(blocks, () =>
        {
            float[] features = new float[PixelsAtOnce * Features];
            return block =>
            {
                int first = block * PixelsAtOnce, count = Math.Min(PixelsAtOnce, picture.Pixels - first);
                for (int i = 0; i < count; i++)
                    picture.Read(first + i, features.AsSpan(i * Features, Features));
                Predict(
                    features, probabilities.AsSpan(first * Classes, count * Classes), uncertainty.AsSpan(first, count));
            };
        }, threads);
    }

    /// <summary>Goes tree by tree over a few pixels, so that a tree stays near while it is used.</summary>
    private void Predict(ReadOnlySpan<float> features, Span<float> probabilities, Span<float> uncertainty)
    {
        int classes = Classes;
        Span<double> entropies = stackalloc double[uncertainty.Length];
        Span<int> leaves = stackalloc int[uncertainty.Length];
        entropies.Clear();
        probabilities.Clear();
        foreach (PixelTree tree in _trees)
        {
            tree.FindLeaves(features, Features, leaves);
            for (int i = 0; i < leaves.Length; i++)
            {
                ReadOnlySpan<float> shares = tree.SharesOf(leaves[i], classes);
                Span<float> sum = probabilities.Slice(i * classes, classes);
                for (int label = 0; label < sum.Length; label++)
                    sum[label] += shares[label];
                entropies[i] += tree.EntropyOf(leaves[i]);
            }
        }

        for (int i = 0; i < uncertainty.Length; i++)
        {
            Span<float> mean = probabilities.Slice(i * classes, classes);
            foreach (ref float share in mean)
                share /= _trees.Length;
            uncertainty[i] = MemberVotes.Disagreement(entropies[i] / _trees.Length, mean);
        }
    }

    /// <inheritdoc/>
    public void Save(BinaryWriter writer)
    {
        writer.Write(Classes);
        writer.Write(Features);
        writer.Write(_trees.Length);
        foreach (PixelTree tree in _trees)
            tree.Save(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The data are damaged.</exception>
    public static PixelForest Load(BinaryReader reader)
    {
        int classes = reader.ReadBetween(1, byte.MaxValue, "the number of classes");
        int features = reader.ReadBetween(1, LargestNumber, "the number of features");
        int count = reader.ReadBetween(1, MostTrees, "the number of trees");
        var trees = new List<PixelTree>();
        for (int i = 0; i < count; i++)
            trees.Add(PixelTree.Load(reader, features, classes));
        return new PixelForest([.. trees], features, classes);
    }

    /// <summary>Parts a feature into bins of about as many pixels each.</summary>
    /// <returns>The upper end of each bin, the largest number that there is for the last one.</returns>
    private static float[] Cut(float[] all, int features, int feature, byte[] bins)
    {
        float[] values = new float[all.Length / features];
        for (int i = 0; i < values.Length; i++)
            values[i] = all[(i * features) + feature];
        float[] sorted = [.. values];
        Array.Sort(sorted);
        var cuts = new List<float>();
        for (int bin = 1; bin < Bins; bin++)
        {
            float cut = sorted[(int)((long)bin * (sorted.Length - 1) / Bins)];
            if ((cuts.Count == 0 || cut > cuts[^1]) && cut < sorted[^1])
                cuts.Add(cut);
        }

        cuts.Add(float.MaxValue);
        float[] ends = [.. cuts];
        for (int i = 0; i < values.Length; i++)
        {
            int place = Array.BinarySearch(ends, values[i]);
            bins[((long)i * features) + feature] = (byte)(place >= 0 ? place : ~place);
        }

        return ends;
    }
}
