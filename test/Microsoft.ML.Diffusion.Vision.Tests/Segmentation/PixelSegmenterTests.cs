using Microsoft.ML.Diffusion.Tensors;
using Microsoft.ML.Diffusion.Vision.Classifiers;
using Microsoft.ML.Diffusion.Vision.Diffusion;
using Microsoft.ML.Diffusion.Vision.Features;
using Microsoft.ML.Diffusion.Vision.Network;
using Microsoft.ML.Diffusion.Vision.Pictures;
using Microsoft.ML.Diffusion.Vision.Segmentation;

namespace Microsoft.ML.Diffusion.Vision.Tests.Segmentation;

public class PixelSegmenterTests
{
    private const int Size = 16;

    private static readonly SegmentationOptions s_quick = new()
    {
        Network = new UNetSettings
        {
            Size = Size, Channels = 1, Outputs = 1, Base = 8, Multipliers = [1, 2], AttentionSizes = [4], HeadChannels = 8, Groups = 2,
        },
        Diffusion = new PictureDiffusionSettings { Passes = 200, BatchSize = 8, LearningRate = 2e-3 },
        Perceptrons = new MlpEnsembleSettings { Members = 2, Epochs = 6, Standardizes = true, AveragesProbabilities = true },
        Forest = new PixelForestSettings { Trees = 10 },
        Folds = 2,
    };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Discs_are_told_from_the_ground(bool isDefault)
    {
        PixelSegmenter segmenter = Train(isDefault ? s_quick : s_quick with { Forest = null, LeastPixelsOfClass = 20 });
        var scores = new SegmentationScores(2);
        foreach (LabelledPicture test in Discs(6, 99))
        {
            SegmentedPicture answer = segmenter.Segment(test.Picture);
            scores.Add(test.Mask, answer.Classes);
            Assert.All(answer.Uncertainty, value => Assert.InRange(value, 0, MathF.Log(2) + 1e-5f));
            Assert.InRange(answer.PictureUncertainty, answer.Uncertainty.Average() - 1e-6f, answer.Uncertainty.Max());
            for (int i = 0; i < Size * Size; i++)
                Assert.Equal(1, answer.Probabilities[2 * i] + answer.Probabilities[(2 * i) + 1], 1e-4f);
        }

        Assert.InRange(scores.Mean, 0.8, 1);
    }

    [Fact]
    public void A_loaded_segmenter_answers_the_same_from_any_thread_and_whatever_trained_it()
    {
        PixelSegmenter one = Train(s_quick with { Threads = 1 }), two = Train(s_quick with { Threads = 3 });
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true))
            one.Save(writer);
        byte[] file = stream.ToArray();
        PixelSegmenter loaded = Load(file);
        Picture picture = Discs(1, 50)[0].Picture;
        float[] expected = one.Segment(picture).Probabilities;
        Assert.Equal(expected, two.Segment(picture).Probabilities);
        float[][] results = new float[6][];
        Parallel.For(0, results.Length, i => results[i] = loaded.Segment(picture).Probabilities);
        Assert.All(results, result => Assert.Equal(expected, result));

        for (int length = 0; length < file.Length; length += file.Length / 7)
            Assert.Throws<InvalidDataException>(() => Load(file[..length]));
        file[file.Length / 2] ^= 1;
        Assert.Throws<InvalidDataException>(() => Load(file));
    }

    [Fact]
    public void Pictures_unlike_those_with_masks_are_left_to_forests()
    {
        // Masks show discs alone; the other pictures are noise twenty times as strong.
        Picture[] strange = [.. Enumerable.Range(0, 12).Select(i =>
            new Picture(Size, Size, 1, [.. Uniform(Size * Size, new Philox(8, (ulong)i)).Select(value => (40 * value) - 20)]))];
        PixelSegmenter usual = Train(s_quick);
        SegmentationOptions options = s_quick with { Pretrained = usual.Diffusion };
        var guarded = PixelSegmenter.Train(strange, Discs(6, 20), 2, options, null, default);
        var alone = PixelSegmenter.Train([], Discs(6, 20), 2, options, null, default);
        Assert.Contains(alone.Experts, expert => expert.Classifier is MlpEnsemble);
        Assert.All(guarded.Experts, expert => Assert.IsType<PixelForest>(expert.Classifier));
    }

    [Fact]
    public void Labels_that_are_none_are_refused()
    {
        LabelledPicture picture = Discs(1, 1)[0];
        var empty = new LabelledPicture(picture.Picture, [.. picture.Mask.Select(_ => LabelledPicture.Ignored)]);
        Assert.Throws<ArgumentException>(() => PixelSegmenter.Train([], [empty], 2, s_quick, null, default));
        Assert.Throws<ArgumentException>(() => PixelSegmenter.Train([], [], 2, s_quick, null, default));
        var beyond = new LabelledPicture(picture.Picture, [.. picture.Mask.Select(label => (byte)(label + 1))]);
        Assert.Throws<ArgumentException>(() => PixelSegmenter.Train([], [beyond], 2, s_quick, null, default));
        Assert.Throws<ArgumentException>(() => new LabelledPicture(picture.Picture, new byte[3]));
        Assert.Throws<ArgumentException>(() => Train(s_quick).Segment(new Picture(8, 8, 1, new float[64])));
    }

    [Fact]
    public void The_blend_is_never_worse_than_the_first_classifier_on_what_was_held_back()
    {
        for (ulong seed = 0; seed < 20; seed++)
        {
            var blend = new ExpertBlend(3);
            for (int picture = 0; picture < 3; picture++)
            {
                float[][] answers = [.. Enumerable.Range(0, 3).Select(i => Uniform(90, new Philox(seed, (ulong)((3 * picture) + i))))];
                blend.Add([.. Enumerable.Range(0, 30).Select(i => (byte)(i % 3))], answers);
            }

            float[] weights = blend.Weights();
            Assert.Equal(1, weights.Sum(), 1e-5f);
            Assert.True(blend.Score(weights) >= blend.Score([1, 0, 0]));
        }
    }

    [Fact]
    public void Scores_sum_over_pictures_and_leave_unlabelled_pixels_out()
    {
        var scores = new SegmentationScores(3);
        scores.Add([0, 0, 1, 255], [0, 1, 1, 2]);
        scores.Add([1, 1, 0, 0], [1, 0, 0, 0]);
        // Class 0: 3 of both, 5 of either. Class 1: 2 of 4. Class 2 is nowhere.
        Assert.Equal(3.0 / 5, scores.Of(0), 1e-12);
        Assert.Equal(2.0 / 4, scores.Of(1), 1e-12);
        Assert.Equal(0, scores.Of(2));
        Assert.Equal((0.6 + 0.5) / 3, scores.Mean, 1e-12);
    }

    [Fact]
    public void A_forest_learns_what_no_single_feature_tells()
    {
        var pixels = new LabelledPixels(2, 2);
        float[] features = Uniform(4000, new Philox(4));
        byte[] labels = [.. Enumerable.Range(0, 2000).Select(i => (byte)(features[2 * i] > 0.5f == features[(2 * i) + 1] > 0.5f ? 1 : 0))];
        pixels.Add(PictureFeatures.OfRows(features, 2), labels);
        PixelForest one = PixelForest.Train(pixels, new PixelForestSettings { Trees = 20 }, 1, default, threads: 1);
        PixelForest three = PixelForest.Train(pixels, new PixelForestSettings { Trees = 20 }, 1, default, threads: 3);
        float[] fresh = Uniform(2000, new Philox(5)), first = new float[2000], second = new float[2000], doubt = new float[1000];
        one.Predict(PictureFeatures.OfRows(fresh, 2), first, doubt);
        three.Predict(PictureFeatures.OfRows(fresh, 2), second, doubt);
        Assert.Equal(first, second);
        int right = Enumerable.Range(0, 1000).Count(i =>
            MemberVotes.Largest(first.AsSpan(2 * i, 2)) == (fresh[2 * i] > 0.5f == fresh[(2 * i) + 1] > 0.5f ? 1 : 0));
        Assert.InRange(right, 940, 1000);
    }

    private static PixelSegmenter Load(byte[] file)
    {
        using var reader = new BinaryReader(new MemoryStream(file));
        return PixelSegmenter.Load(reader);
    }

    private static PixelSegmenter Train(SegmentationOptions options) =>
        PixelSegmenter.Train([.. Discs(8, 10).Select(disc => disc.Picture)], Discs(6, 20), 2, options, null, default);

    private static float[] Uniform(int count, Philox random)
    {
        float[] values = new float[count];
        random.FillUniform(values);
        return values;
    }

    /// <summary>A bright disc on a dark ground, with noise.</summary>
    private static List<LabelledPicture> Discs(int count, ulong seed) => [.. Enumerable.Range(0, count).Select(i =>
    {
        Philox random = new Philox(seed).Fork((ulong)i);
        float[] noise = new float[Size * Size];
        random.Fork(1).FillNormal(noise);
        (int line, int place, int radius) = (4 + random.Below(0, 8), 4 + random.Below(1, 8), 3 + random.Below(2, 3));
        byte[] mask = [.. Enumerable.Range(0, Size * Size).Select(p =>
            (byte)((((p / Size) - line) * ((p / Size) - line))
                + (((p % Size) - place) * ((p % Size) - place)) <= radius * radius ? 1 : 0))];
        float[] pixels = [.. mask.Select((label, p) => Math.Clamp(0.3f + (0.4f * label) + (0.1f * noise[p]), 0, 1))];
        return new LabelledPicture(new Picture(Size, Size, 1, pixels), mask);
    })];
}
