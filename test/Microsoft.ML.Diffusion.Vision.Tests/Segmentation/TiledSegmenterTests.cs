using Microsoft.ML.Diffusion.Vision.Pictures;
using Microsoft.ML.Diffusion.Vision.Segmentation;
using Microsoft.ML.Diffusion.Vision.Tests.Estimator;

namespace Microsoft.ML.Diffusion.Vision.Tests.Segmentation;

public class TiledSegmenterTests
{
    private const int Across = 2;
    private const int Size = DiscRow.Size;

    [Fact]
    public void Pictures_larger_than_the_network_are_learnt_and_told_in_tiles()
    {
        (Picture Picture, byte[]? Mask)[] training = [.. Enumerable.Range(0, 3).Select(i => Mosaic((ulong)i))];
        training[2].Mask = null;
        DiffusionSegmentationEstimator.Options quick = DiscRows.Quick(channels: 1);
        SegmentationOptions options = quick.Details! with
        {
            Seed = 3,
            Diffusion = quick.Details.Diffusion with { Passes = quick.TrainingPasses },
        };
        var segmenter = TiledSegmenter.Train(training, classes: 2, tileSize: null, options, null, default);
        (Picture picture, byte[]? mask) = Mosaic(50);
        SegmentedPicture answer = segmenter.Segment(picture);
        var scores = new SegmentationScores(2);
        scores.Add(mask, answer.Classes);

        Assert.Equal(Size, segmenter.Segmenter.Network.Size);
        Assert.InRange(scores.Mean, 0.75, 1);
        for (int i = 0; i < picture.Count; i++)
            Assert.Equal(1, answer.Probabilities[2 * i] + answer.Probabilities[(2 * i) + 1], 1e-4f);
    }

    /// <summary>Pictures of discs, two beside each other and three below, and a few lines that no tile ends at.</summary>
    private static (Picture Picture, byte[]? Mask) Mosaic(ulong seed)
    {
        const int Width = Across * Size, Height = (3 * Size) - 5;
        List<DiscRow> discs = DiscRows.Make(3 * Across, seed, labelled: 3 * Across);
        float[] pixels = new float[Width * Height];
        byte[] mask = new byte[pixels.Length];
        for (int i = 0; i < pixels.Length; i++)
        {
            int line = i / Width, column = i % Width, place = ((line % Size) * Size) + (column % Size);
            DiscRow disc = discs[(line / Size * Across) + (column / Size)];
            (pixels[i], mask[i]) = (disc.Grey[place], disc.Mask[place]);
        }

        return (new Picture(Height, Width, 1, pixels), mask);
    }
}
