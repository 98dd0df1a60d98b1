using Microsoft.ML.Diffusion.Tensors;
using Microsoft.ML.Diffusion.Vision.Classifiers;
using Microsoft.ML.Diffusion.Vision.Features;

namespace Microsoft.ML.Diffusion.Vision.Tests.Classifiers;

public class PixelForestTests
{
    private const int Features = 5, Classes = 3;

    [Fact]
    public void A_pixel_has_the_same_answer_alone_and_among_others()
    {
        PixelForest forest = Train();
        float[] rows = Rows(203, 2), all = Predict(forest, rows);
        for (int pixel = 0; pixel < 203; pixel++)
        {
            float[] own = Predict(forest, rows[(pixel * Features)..((pixel + 1) * Features)]);
            Assert.Equal(own[..Classes], all[(pixel * Classes)..((pixel + 1) * Classes)]);
            Assert.Equal(own[Classes], all[(203 * Classes) + pixel]);
        }
    }

    [Fact]
    public void A_saved_forest_says_the_same()
    {
        PixelForest forest = Train();
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true))
            forest.Save(writer);
        stream.Position = 0;
        using var reader = new BinaryReader(stream);
        float[] rows = Rows(100, 3);
        Assert.Equal(Predict(forest, rows), Predict(PixelForest.Load(reader), rows));
    }

    [Fact]
    public void Pixels_are_told_apart()
    {
        float[] rows = Rows(300, 4), answers = Predict(Train(), rows);
        int right = Enumerable.Range(0, 300).Count(i =>
            MemberVotes.Largest(answers.AsSpan(i * Classes, Classes)) == LabelOf(rows, i));
        Assert.InRange(right, 270, 300);
    }

    private static PixelForest Train()
    {
        float[] rows = Rows(600, 1);
        var pixels = new LabelledPixels(Features, Classes);
        pixels.Add(PictureFeatures.OfRows(rows, Features), [.. Enumerable.Range(0, 600).Select(i => LabelOf(rows, i))]);
        return PixelForest.Train(pixels, new PixelForestSettings { Trees = 11 }, 1, default);
    }

    private static float[] Rows(int pixels, ulong seed)
    {
        float[] rows = new float[pixels * Features];
        new Philox(seed).FillNormal(rows);
        return rows;
    }

    private static byte LabelOf(float[] rows, int pixel) =>
        (byte)(rows[pixel * Features] > 0.4f ? 0 : rows[(pixel * Features) + 3] > 0 ? 1 : 2);

    private static float[] Predict(PixelForest forest, float[] rows)
    {
        int pixels = rows.Length / Features;
        float[] probabilities = new float[pixels * Classes], uncertainty = new float[pixels];
        forest.Predict(PictureFeatures.OfRows(rows, Features), probabilities, uncertainty);
        return [.. probabilities, .. uncertainty];
    }
}
