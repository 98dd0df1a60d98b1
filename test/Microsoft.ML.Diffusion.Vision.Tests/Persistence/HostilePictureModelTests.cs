using System.Diagnostics;
using Microsoft.ML.Diffusion.Fuzzing.Models;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Tensors;
using Microsoft.ML.Diffusion.Vision.Classifiers;
using Microsoft.ML.Diffusion.Vision.Diffusion;
using Microsoft.ML.Diffusion.Vision.Network;
using Microsoft.ML.Diffusion.Vision.Pictures;
using Microsoft.ML.Diffusion.Vision.Segmentation;

namespace Microsoft.ML.Diffusion.Vision.Tests.Persistence;

/// <summary>Model files of pictures that somebody changed, with checksums that are right.</summary>
public class HostilePictureModelTests
{
    private const int Cases = 200, Size = 16;
    private const long BytesForAny = 1 << 20;

    private static readonly SegmentationOptions s_options = new()
    {
        Network = new UNetSettings
        {
            Size = Size, Channels = 1, Outputs = 1, Base = 4, Multipliers = [1], AttentionSizes = [8], HeadChannels = 4, Groups = 2,
        },
        Diffusion = new PictureDiffusionSettings { BatchSize = 2, Passes = 4 },
        Steps = [50],
        Perceptrons = new MlpEnsembleSettings { Members = 2, Epochs = 1, Standardizes = true, AveragesProbabilities = true },
        Forest = new PixelForestSettings { Trees = 2 },
        Folds = 2,
    };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_changed_model_is_refused_in_one_sentence_or_works(bool hasFilters)
    {
        byte[] model = Save(Train(hasFilters ? s_options : s_options with { Forest = null }).Save);
        Picture picture = Pictures(1)[0].Picture;
        Assert.True(Tries(model, PixelSegmenter.Load, segmenter => segmenter.Segment(Fitted(picture, segmenter.Network))) > Cases / 10);
    }

    [Fact]
    public void A_changed_model_of_features_is_refused_in_one_sentence_or_works()
    {
        DiffusionFeatures features = Train(s_options with { Forest = null }).Diffusion;
        byte[] model = Save(writer => ModelFrame.Write(writer, features.Save));
        Picture picture = Pictures(1)[0].Picture;
        int refused = Tries(model, reader => ModelFrame.Load(reader, DiffusionFeatures.Load), loaded =>
        {
            Picture fitted = Fitted(picture, loaded.Network.Settings);
            loaded.Compute(fitted, new float[fitted.Count * loaded.Count]);
        });
        Assert.True(refused > Cases / 10);
    }

    /// <summary>Loads changed copies, and uses those that are not refused.</summary>
    /// <returns>How many were refused.</returns>
    private static int Tries<T>(byte[] model, Func<BinaryReader, T> load, Action<T> use)
    {
        int refused = 0;
        for (int i = 0; i < Cases; i++)
        {
            byte[] changed = ModelMutator.Mutate(model, new Random(i));
            long before = GC.GetAllocatedBytesForCurrentThread();
            var clock = Stopwatch.StartNew();
            try
            {
                T loaded = load(new BinaryReader(new MemoryStream(changed)));
                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (4L * changed.Length) + BytesForAny);
                use(loaded);
            }
            catch (InvalidDataException e)
            {
                Assert.DoesNotContain('\n', e.Message);
                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (4L * changed.Length) + BytesForAny);
                refused++;
            }

            Assert.InRange(clock.Elapsed.TotalSeconds, 0, 10);
        }

        return refused;
    }

    private static PixelSegmenter Train(SegmentationOptions options) => PixelSegmenter.Train([], Pictures(3), 2, options, null, default);

    private static List<LabelledPicture> Pictures(int count) => [.. Enumerable.Range(0, count).Select(i =>
    {
        float[] pixels = new float[Size * Size];
        new Philox((ulong)i).FillNormal(pixels);
        byte[] mask = [.. pixels.Select(value => value > 0 ? (byte)1 : (byte)0)];
        return new LabelledPicture(new Picture(Size, Size, 1, [.. pixels.Select(value => Math.Clamp(value, 0, 1))]), mask);
    })];

    /// <summary>A picture of the size that a changed model has.</summary>
    private static Picture Fitted(Picture picture, UNetSettings network) =>
        network.Size == picture.Height && network.Channels == picture.Channels
            ? picture
            : new Picture(network.Size, network.Size, network.Channels, new float[network.Size * network.Size * network.Channels]);

    private static byte[] Save(Action<BinaryWriter> save)
    {
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream))
            save(writer);
        return stream.ToArray();
    }
}
