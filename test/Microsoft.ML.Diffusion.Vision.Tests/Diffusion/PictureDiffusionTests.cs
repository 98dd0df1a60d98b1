using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Tensors;
using Microsoft.ML.Diffusion.Vision.Diffusion;
using Microsoft.ML.Diffusion.Vision.Features;
using Microsoft.ML.Diffusion.Vision.Network;
using Microsoft.ML.Diffusion.Vision.Pictures;

namespace Microsoft.ML.Diffusion.Vision.Tests.Diffusion;

public class PictureDiffusionTests
{
    private static readonly UNetSettings s_small = new()
    {
        Size = 8, Channels = 1, Outputs = 1, Base = 8, Multipliers = [1, 2], AttentionSizes = [2], HeadChannels = 8, Groups = 2,
    };

    private static readonly PictureDiffusionSettings s_training = new() { Passes = 480, BatchSize = 8, LearningRate = 2e-3, Turns = true };

    [Fact]
    public void A_network_learns_to_tell_the_noise_in_simple_pictures()
    {
        var losses = new List<double>();
        Train(s_training with { Passes = 4000 }, new Telling(p => losses.Add(p.Loss)));
        // Whoever always answers zero has a loss of 1.
        Assert.InRange(losses[^1], 0, 0.4);
    }

    [Fact]
    public void The_weights_depend_on_the_seed_and_not_on_the_number_of_threads()
    {
        float[] one = Weights(1, 5), three = Weights(3, 5), other = Weights(1, 6);
        Assert.Equal(one, three);
        Assert.NotEqual(one, other);

        static float[] Weights(int threads, ulong seed)
        {
            using var engine = new ManagedEngine(threads);
            DenoisingUNet network = PictureDiffusionTrainer.Train(
                Pictures(), s_small, s_training with { Passes = 80 }, seed, engine, new ProgressMeter(null), default);
            return [.. network.Parameters().SelectMany(parameter => parameter.Value.ToArray())];
        }
    }

    [Fact]
    public void A_training_can_be_cancelled_and_ends_in_time()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() =>
            PictureDiffusionTrainer.Train(Pictures(), s_small, s_training, 1, null, null, source.Token));
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        PictureDiffusionTrainer.Train(
            Pictures(), s_small, s_training with { Passes = int.MaxValue }, 1, TimeSpan.FromSeconds(1), null, default);
        Assert.InRange(System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 30);
    }

    [Fact]
    public void Pictures_of_another_size_are_refused()
    {
        var picture = new Picture(8, 8, 3, new float[192]);
        Assert.Throws<ArgumentException>(() => PictureDiffusionTrainer.Train([picture], s_small, s_training, 1, null, null, default));
        Assert.Throws<ArgumentException>(() => PictureDiffusionTrainer.Train([], s_small, s_training, 1, null, null, default));
        Assert.Throws<ArgumentException>(() => new Picture(8, 8, 2, new float[128]));
    }

    [Fact]
    public void Features_are_the_same_after_saving_and_from_any_thread()
    {
        DiffusionFeatures features = Features();
        Picture picture = Pictures()[3];
        float[] expected = Compute(features, picture);
        Assert.Contains(expected, value => value != 0);
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true))
            features.Save(writer);
        stream.Position = 0;
        using var reader = new BinaryReader(stream);
        var loaded = DiffusionFeatures.Load(reader);
        float[][] results = new float[8][];
        Parallel.For(0, results.Length, i => results[i] = Compute(i % 2 == 0 ? features : loaded, picture));
        Assert.All(results, result => Assert.Equal(expected, result));
    }

    [Fact]
    public void Damaged_features_are_refused()
    {
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true))
            Features().Save(writer);
        byte[] bytes = stream.ToArray();
        for (int place = 0; place < 120; place++)
        {
            byte[] changed = [.. bytes];
            changed[place] ^= 0xFF;
            try
            {
                Load(changed);
            }
            catch (InvalidDataException)
            {
                // Refused; or the change was one that makes another sound model, as one of the noise does.
            }
        }

        for (int length = 0; length < bytes.Length; length += 997)
            Assert.Throws<InvalidDataException>(() => Load(bytes[..length]));

        static void Load(byte[] file) => CheckedReading.Guard(() =>
        {
            using var reader = new BinaryReader(new MemoryStream(file));
            return DiffusionFeatures.Load(reader);
        });
    }

    [Fact]
    public void Levels_and_blocks_that_are_none_are_refused()
    {
        var network = new DenoisingUNet(s_small, default);
        float[] noise = DiffusionFeatures.NoiseOf(s_small, 1);
        Assert.Throws<ArgumentException>(() => new DiffusionFeatures(network, [1000], [0], noise));
        Assert.Throws<ArgumentException>(() => new DiffusionFeatures(network, [5], [4], noise));
        Assert.Throws<ArgumentException>(() => new DiffusionFeatures(network, [5, 5], [0], noise));
        Assert.Throws<ArgumentException>(() => new DiffusionFeatures(network, [], [0], noise));
        Assert.Throws<ArgumentException>(() => new DiffusionFeatures(network, [5], [0], new float[3]));
    }

    [Fact]
    public void A_picture_is_resized_between_the_middles_of_pixels()
    {
        var picture = new PictureFeatures(4, 4, [new FeatureLayer([0, 1, 2, 3], 2, 2, 1)]);
        float[] lines = new float[16];
        for (int i = 0; i < lines.Length; i++)
            picture.Read(i, lines.AsSpan(i, 1));
        Assert.Equal([0f, 0.25f, 0.75f, 1, 0.5f, 0.75f, 1.25f, 1.5f, 1.5f, 1.75f, 2.25f, 2.5f, 2, 2.25f, 2.75f, 3], lines);
    }

    [Fact]
    public void Pixels_that_are_kept_once_are_read_as_if_they_were_written_out()
    {
        FeatureLayer once = new([0, 1, 2, 3, 4, 5], 4, 6, 1, Repeats: 2);
        FeatureLayer all = new([0, 0, 1, 1, 2, 2, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 3, 3, 4, 4, 5, 5], 4, 6, 1);
        foreach ((int height, int width) in new[] { (4, 6), (8, 12), (7, 9) })
        {
            var picture = new PictureFeatures(height, width, [once, all]);
            float[] both = new float[2];
            for (int i = 0; i < picture.Pixels; i++)
            {
                picture.Read(i, both);
                Assert.Equal(both[1], both[0]);
            }
        }
    }

    private static DiffusionFeatures Features()
    {
        DenoisingUNet network = Train(s_training with { Passes = 64 }, null);
        return new DiffusionFeatures(network, [50, 250], [1, 3], DiffusionFeatures.NoiseOf(s_small, 4));
    }

    private static float[] Compute(DiffusionFeatures features, Picture picture)
    {
        float[] values = new float[picture.Count * features.Count];
        features.Compute(picture, values);
        return values;
    }

    private static DenoisingUNet Train(PictureDiffusionSettings settings, IProgress<TrainingProgress>? progress)
    {
        using var engine = new ManagedEngine(2);
        return PictureDiffusionTrainer.Train(Pictures(), s_small, settings, 1, engine, new ProgressMeter(progress), default);
    }

    /// <summary>Half black and half white, with the edge in different places.</summary>
    private static List<Picture> Pictures() =>
        [.. Enumerable.Range(1, 7).Select(edge => new Picture(8, 8, 1, [.. Enumerable.Range(0, 64).Select(i => i % 8 < edge ? 0f : 1f)]))];

    private sealed class Telling(Action<TrainingProgress> tell) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => tell(value);
    }
}
