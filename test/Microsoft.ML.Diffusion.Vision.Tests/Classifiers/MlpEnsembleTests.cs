using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Tensors;
using Microsoft.ML.Diffusion.Vision.Classifiers;
using Microsoft.ML.Diffusion.Vision.Features;

namespace Microsoft.ML.Diffusion.Vision.Tests.Classifiers;

public class MlpEnsembleTests
{
    private static readonly MlpEnsembleSettings s_quick = MlpEnsembleSettings.Published with { Members = 3, Epochs = 8 };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_ensemble_learns_what_no_straight_line_tells_apart(bool averages)
    {
        MlpEnsemble ensemble = Train(s_quick with { AveragesProbabilities = averages, Standardizes = averages }, threads: 2);
        (float[] features, byte[] labels) = Rings(500, 9);
        float[] probabilities = new float[500 * 2], uncertainty = new float[500];
        ensemble.Predict(PictureFeatures.OfRows(features, 2), probabilities, uncertainty);
        int right = 0;
        for (int i = 0; i < 500; i++)
        {
            ReadOnlySpan<float> own = probabilities.AsSpan(2 * i, 2);
            Assert.Equal(1, own[0] + own[1], 1e-5f);
            right += MemberVotes.Largest(own) == labels[i] ? 1 : 0;
            Assert.InRange(uncertainty[i], 0, MathF.Log(2));
            if (!averages)
                Assert.Equal(MathF.Round(own[0] * 3), own[0] * 3, 1e-4f);
        }

        Assert.InRange(right, 470, 500);
    }

    [Fact]
    public void Predictions_are_the_same_after_saving_and_for_any_number_of_threads()
    {
        MlpEnsemble one = Train(s_quick, threads: 1), two = Train(s_quick, threads: 3);
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true))
            one.Save(writer);
        stream.Position = 0;
        using var reader = new BinaryReader(stream);
        float[] expected = Predict(one);
        Assert.Equal(expected, Predict(two));
        Assert.Equal(expected, Predict(MlpEnsemble.Load(reader)));

        static float[] Predict(MlpEnsemble ensemble)
        {
            float[] probabilities = new float[200], uncertainty = new float[100];
            ensemble.Predict(PictureFeatures.OfRows(Rings(100, 5).Features, 2), probabilities, uncertainty);
            return [.. probabilities, .. uncertainty];
        }
    }

    [Fact]
    public void Layers_of_several_sizes_are_voted_on_as_if_they_were_all_of_the_size_of_the_picture()
    {
        const int height = 12, width = 10;
        FeatureLayer[] layers =
        [
            Layer(height, width, 3, 1), Layer(6, 5, 4, 2), Layer(3, 5, 2, 3), Layer(6, 5, 1, 4),
            Layer(6, 10, 2, 5, repeats: 2), Layer(6, 10, 3, 6),
            Layer(height, width, 2, 7, repeats: 2),
        ];
        var picture = new PictureFeatures(height, width, layers);
        float[] rows = new float[picture.Pixels * picture.Count], probabilities = new float[2 * picture.Pixels];
        for (int i = 0; i < picture.Pixels; i++)
            picture.Read(i, rows.AsSpan(i * picture.Count, picture.Count));
        byte[] labels = [.. Enumerable.Range(0, picture.Pixels).Select(i => (byte)(rows[i * picture.Count] > 0 ? 1 : 0))];
        var pixels = new LabelledPixels(picture.Count, 2);
        pixels.Add(picture, labels);
        var ensemble = MlpEnsemble.Train(
            pixels, s_quick with { Standardizes = true, AveragesProbabilities = true, BatchSize = 8, Epochs = 30 }, 1, new ProgressMeter(null), default);
        float[] expected = new float[2 * picture.Pixels], doubt = new float[picture.Pixels];
        ensemble.Predict(picture, probabilities, doubt);
        ensemble.Predict(PictureFeatures.OfRows(rows, picture.Count), expected, doubt);
        Assert.All(expected.Zip(probabilities), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        Assert.True(expected.Max() > 0.8f);

        static FeatureLayer Layer(int height, int width, int channels, ulong seed, int repeats = 1)
        {
            float[] values = new float[height / repeats * (width / repeats) * channels];
            new Philox(seed).FillNormal(values);
            return new FeatureLayer(values, height, width, channels, repeats);
        }
    }

    [Fact]
    public void Rare_classes_of_a_picture_and_pixels_without_a_class_are_left_out()
    {
        var pixels = new LabelledPixels(1, 3);
        byte[] mask = [.. Enumerable.Repeat((byte)0, 25), .. Enumerable.Repeat((byte)1, 19),
            .. Enumerable.Repeat((byte)255, 30), .. Enumerable.Repeat((byte)2, 20)];
        pixels.Add(PictureFeatures.OfRows([.. Enumerable.Range(0, mask.Length).Select(i => (float)i)], 1), mask, least: 20);
        float[] last = new float[1];
        pixels.Read(44, last);
        Assert.Equal(45, pixels.Count);
        Assert.Equal(2, pixels.LabelOf(25));
        Assert.Equal(93, last[0]);
    }

    [Fact]
    public void Members_that_agree_are_certain()
    {
        float[] members = [0.9f, 0.1f, 0.9f, 0.1f], mean = new float[2];
        MemberVotes.Mean(members, mean);
        Assert.Equal(0, MemberVotes.Disagreement(members, mean), 1e-6f);
        members = [1, 0, 0, 1];
        MemberVotes.Mean(members, mean);
        Assert.Equal(MathF.Log(2), MemberVotes.Disagreement(members, mean), 1e-6f);
    }

    private static MlpEnsemble Train(MlpEnsembleSettings settings, int threads)
    {
        var pixels = new LabelledPixels(2, 2);
        (float[] features, byte[] labels) = Rings(2000, 3);
        pixels.Add(PictureFeatures.OfRows(features, 2), labels);
        return MlpEnsemble.Train(pixels, settings, 1, new ProgressMeter(null), default, threads);
    }

    /// <summary>Points of a plane: class 1 is near the middle.</summary>
    private static (float[] Features, byte[] Labels) Rings(int count, ulong seed)
    {
        float[] features = new float[2 * count];
        new Philox(seed).FillNormal(features);
        byte[] labels = new byte[count];
        for (int i = 0; i < count; i++)
            labels[i] = (byte)(MathF.Abs((features[2 * i] * features[2 * i])
                + (features[(2 * i) + 1] * features[(2 * i) + 1])) < 1.4f ? 1 : 0);
        return (features, labels);
    }
}
