using Microsoft.ML.Diffusion.Core.Training;

namespace Microsoft.ML.Diffusion.Vision.Tests.Estimator;

/// <summary>A training of the denoising network that was ended goes on from its checkpoint to the same bits.</summary>
public sealed class PictureCheckpointTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("checkpoint-");
    private readonly MLContext _ml = new(seed: 1);

    private string Checkpoint => Path.Combine(_folder.FullName, "run.checkpoint");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_training_that_is_cancelled_and_begun_again_makes_the_network_of_one_that_was_not()
    {
        float[] whole = Train(checkpoint: false);
        // The first step after which it is looked at ends it.
        Assert.ThrowsAny<OperationCanceledException>(() => Train(cancels: true));
        byte[] first = File.ReadAllBytes(Checkpoint);
        Assert.ThrowsAny<OperationCanceledException>(() => Train(cancels: true));
        Assert.NotEqual(first, File.ReadAllBytes(Checkpoint));

        Assert.Equal(whole, Train());
        // Once more from its end.
        Assert.Equal(whole, Train());
    }

    [Fact]
    public void A_checkpoint_of_other_pictures_or_another_seed_or_training_is_refused_and_stays()
    {
        Train();
        byte[] before = File.ReadAllBytes(Checkpoint);

        foreach (Action other in (Action[])[() => Train(seed: 2), () => Train(rows: 5), () => Train(passes: 64)])
            Assert.Contains("is the checkpoint of another training", Assert.Throws<CheckpointException>(other).Message);
        Assert.Equal(before, File.ReadAllBytes(Checkpoint));
    }

    [Fact]
    public void A_network_that_is_not_trained_has_no_checkpoint()
    {
        var options = new DiffusionImageFeaturesEstimator.Options
        {
            Pretrained = "model.zip", Checkpoint = new CheckpointOptions(Checkpoint),
        };

        Assert.Contains("Checkpoint and Pretrained", Assert.Throws<ArgumentException>(options.Validate).Message);
    }

    private float[] Train(bool checkpoint = true, bool cancels = false, int seed = 1, int rows = 6, int passes = 128)
    {
        using var source = new CancellationTokenSource();
        DiffusionImageFeaturesEstimator.Options options = TrainedFeatures.Quick();
        (options.Seed, options.TrainingPasses, options.CancellationToken) = (seed, passes, source.Token);
        options.Checkpoint = checkpoint ? new CheckpointOptions(Checkpoint) { Interval = TimeSpan.Zero } : null;
        if (cancels)
            options.Progress = new Reporter(_ => source.Cancel());
        IDataView pictures = _ml.Data.LoadFromEnumerable(DiscRows.Make(rows, seed: 10, labelled: 0));
        DiffusionImageFeaturesTransformer model = _ml.Transforms.DiffusionImageFeatures(options: options).Fit(pictures);
        return [.. model.Model.Network.Parameters().SelectMany(parameter => parameter.Value.ToArray())];
    }

    private sealed class Reporter(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
