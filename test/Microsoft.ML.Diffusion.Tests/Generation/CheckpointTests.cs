using System.Security.Cryptography;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Methods.Masked;
using Microsoft.ML.Diffusion.Models.Methods.MedDiff;
using Microsoft.ML.Diffusion.Models.Methods.Smote;
using Microsoft.ML.Diffusion.Models.Methods.TabDdpm;

namespace Microsoft.ML.Diffusion.Tests.Generation;

/// <summary>A training that was ended goes on from its checkpoint to the same bits.</summary>
public sealed class CheckpointTests : IDisposable
{
    private const int Steps = 300;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("checkpoint-");

    private string Checkpoint => Path.Combine(_folder.FullName, "run.checkpoint");

    public static TheoryData<string> Methods => ["tabddpm", "masked", "masked that stops early", "meddiff"];

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_training_that_is_cancelled_again_and_again_makes_the_model_of_one_that_was_not(string method)
    {
        string whole = Train(MethodOf(method), checkpoint: false);
        int cancelled = 0;
        foreach (int step in (int[])[20, 100])
        {
            try
            {
                Assert.Equal(whole, Train(MethodOf(method), checkpoint: true, cancelAfter: step));
            }
            catch (OperationCanceledException)
            {
                cancelled++;
                Assert.InRange(StepOf(Checkpoint), step, Steps);
            }
        }

        Assert.True(cancelled > 0);
        Assert.Equal(whole, Train(MethodOf(method), checkpoint: true));
        // Once more from the end.
        Assert.Equal(whole, Train(MethodOf(method), checkpoint: true));
    }

    [Fact]
    public void A_checkpoint_of_other_rows_options_or_seed_is_refused_and_stays()
    {
        Train(Small(), checkpoint: true);
        byte[] before = File.ReadAllBytes(Checkpoint);

        Assert.Contains("is the checkpoint of another training", Refusal(Small(), rows: 31), StringComparison.Ordinal);
        Assert.Contains("is the checkpoint of another training", Refusal(Small(), seed: 2), StringComparison.Ordinal);
        TabDdpmOptions other = Small();
        other.BatchSize = 17;
        Assert.Contains("is the checkpoint of another training", Refusal(other), StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(Checkpoint));

        // The number of threads changes nothing.
        TabDdpmOptions threads = Small();
        threads.Threads = 2;
        Assert.Equal(Train(Small(), checkpoint: false), Train(threads, checkpoint: true));
    }

    [Fact]
    public void A_damaged_checkpoint_is_refused_in_one_sentence()
    {
        Train(Small(), checkpoint: true);
        byte[] good = File.ReadAllBytes(Checkpoint);
        foreach (int place in (int[])[0, 5, 40, 80, good.Length - 1])
        {
            byte[] damaged = [.. good];
            damaged[place] ^= 0x55;
            File.WriteAllBytes(Checkpoint, damaged);
            Assert.StartsWith(Checkpoint, Refusal(Small()), StringComparison.Ordinal);
        }

        File.WriteAllBytes(Checkpoint, good[..^10]);
        Assert.Contains("is damaged", Refusal(Small()), StringComparison.Ordinal);
        File.WriteAllBytes(Checkpoint, []);
        Assert.Contains("is no checkpoint", Refusal(Small()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_method_without_a_network_and_a_folder_that_is_not_there_are_refused()
    {
        var ml = new MLContext(1);
        var e = Assert.Throws<ArgumentException>(() => ml.Transforms.DiffusionSynthesize(
            null, new() { Method = new SmoteOptions(), Checkpoint = new CheckpointOptions(Checkpoint) }));
        Assert.Contains("smote cannot go on from one", e.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new CheckpointOptions(""));
        DiffusionSynthesizeEstimator.Options nowhere = new()
        {
            Method = Small(), Checkpoint = new CheckpointOptions(Path.Combine(_folder.FullName, "none", "run.checkpoint")),
        };
        Assert.Contains(
            "cannot be written",
            Assert.Throws<CheckpointException>(() => ml.Transforms.DiffusionSynthesize(null, nowhere).Fit(Rows(ml, 30))).Message,
            StringComparison.Ordinal);
    }

    private static GeneratorOptions MethodOf(string name) => name switch
    {
        "tabddpm" => Small(),
        "masked" => new MaskedOptions { Width = 16, Blocks = 1, Steps = Steps, BatchSize = 8 },
        // 25 validations in 300 steps, of which few are better: the steps between them, and those without gain, are part of the state.
        "masked that stops early" => new MaskedOptions
        {
            Width = 16, Blocks = 1, Steps = Steps, BatchSize = 8, LearningRate = 0.05, ValidationShare = 0.3,
        },
        _ => new MedDiffOptions { Steps = Steps / 2, BatchSize = 8, Width = 4, DiffusionSteps = 25 },
    };

    private static TabDdpmOptions Small() => new() { Steps = Steps, BatchSize = 16, Layers = [16], DiffusionSteps = 20, Dropout = 0.1 };

    private static IDataView Rows(MLContext ml, int count)
    {
        var random = new Random(5);
        return ml.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(_ =>
        {
            float x = random.NextSingle();
            return new Row { X = x, Y = x + random.NextSingle(), Group = x > 0.5 ? "high" : "low" };
        }).ToArray());
    }

    // After magic, version, fingerprint and hash; 0 where there is none yet, or one is being put in its place.
    private static int StepOf(string checkpoint)
    {
        try
        {
            return File.Exists(checkpoint) ? BitConverter.ToInt32(File.ReadAllBytes(checkpoint), 8 + (2 * SHA256.HashSizeInBytes)) : 0;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <summary>The hash of the saved model.</summary>
    private string Train(GeneratorOptions method, bool checkpoint, int? cancelAfter = null, int rows = 30, int seed = 1)
    {
        using var cancel = new CancellationTokenSource();
        using var end = new CancellationTokenSource();
        var watcher = Task.Run(() =>
        {
            while (cancelAfter is { } step && !end.IsCancellationRequested)
            {
                if (StepOf(Checkpoint) >= step)
                    cancel.Cancel();
                Thread.Sleep(1);
            }
        });
        try
        {
            var ml = new MLContext(1);
            IDataView view = Rows(ml, rows);
            ITransformer model = ml.Transforms.DiffusionSynthesize("Group", new()
            {
                Method = method,
                Seed = seed,
                Checkpoint = checkpoint ? new CheckpointOptions(Checkpoint) { Interval = TimeSpan.Zero } : null,
                CancellationToken = cancel.Token,
            }).Fit(view);
            using var saved = new MemoryStream();
            ml.Model.Save(model, view.Schema, saved);
            return Convert.ToHexString(SHA256.HashData(Content(saved)));
        }
        finally
        {
            end.Cancel();
            watcher.Wait();
        }
    }

    // The entries of the zip, without the times at which they were written.
    private static byte[] Content(MemoryStream saved)
    {
        saved.Position = 0;
        using var zip = new System.IO.Compression.ZipArchive(saved);
        using var all = new MemoryStream();
        foreach (System.IO.Compression.ZipArchiveEntry entry in zip.Entries)
        {
            using Stream content = entry.Open();
            content.CopyTo(all);
        }

        return all.ToArray();
    }

    private string Refusal(GeneratorOptions method, int rows = 30, int seed = 1) =>
        Assert.Throws<CheckpointException>(() => Train(method, checkpoint: true, rows: rows, seed: seed)).Message;

    private sealed class Row
    {
        public float X { get; set; }

        public float Y { get; set; }

        public string Group { get; set; } = "";
    }
}
