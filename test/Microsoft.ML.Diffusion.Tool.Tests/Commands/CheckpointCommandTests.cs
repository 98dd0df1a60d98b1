using System.IO.Compression;

namespace Microsoft.ML.Diffusion.Tool.Tests.Commands;

/// <summary>A training that is killed goes on where it was.</summary>
public sealed class CheckpointCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _input;
    private readonly string _config;

    public CheckpointCommandTests()
    {
        var random = new Random(4);
        _input = _folder.Write("in.csv", "x,y,group\n" + string.Concat(Enumerable.Range(0, 200).Select(_ =>
        {
            double x = random.NextDouble();
            return FormattableString.Invariant($"{x:F3},{x + random.NextDouble():F3},{(x > 0.5 ? "high" : "low")}\n");
        })));
        _config = _folder.Write("small.json", """{ "steps": 2000, "batchSize": 32, "layers": [32], "diffusionSteps": 20 }""");
    }

    public void Dispose() => _folder.Dispose();

    [UnixFact]
    public void A_process_that_is_killed_leaves_a_checkpoint_from_which_the_same_command_makes_the_same_model()
    {
        string checkpoint = _folder.PathOf("run.checkpoint");
        Assert.Equal(ExitCode.Done, CommandRun.Of(Train("whole.zip")).ExitCode);
        string[] resumable = [.. Train("m.zip"), "--checkpoint", checkpoint];
        using (ToolProcess tool = ToolProcess.Start([.. resumable, "--checkpoint-every", "0"]))
        {
            Assert.True(SpinWait.SpinUntil(() => File.Exists(checkpoint), TimeSpan.FromSeconds(60)));
            tool.Kill();
        }

        Assert.False(File.Exists(_folder.PathOf("m.zip")));
        byte[] killed = File.ReadAllBytes(checkpoint);
        CommandRun other = CommandRun.Of([.. resumable, "--seed", "8"]);
        Assert.Equal(ExitCode.BadInput, other.ExitCode);
        Assert.Contains("run.checkpoint is the checkpoint of another training", other.Error, StringComparison.Ordinal);
        Assert.Equal(killed, File.ReadAllBytes(checkpoint));

        CommandRun run = CommandRun.Of(resumable);

        Assert.Equal((ExitCode.Done, ""), (run.ExitCode, run.Error));
        Assert.Equal(Entries(_folder.PathOf("whole.zip")), Entries(_folder.PathOf("m.zip")));
        Assert.False(File.Exists(checkpoint));
    }

    [Fact]
    public void Options_that_do_not_go_together_are_refused()
    {
        Refused("--checkpoint FILE was expected", [.. Train("m.zip"), "--checkpoint-every", "5"]);
        Refused("is the input or the model itself", [.. Train("m.zip"), "--checkpoint", _input]);
        Refused("--for synthesize was expected", "train", _input, "--model", _folder.PathOf("m.zip"), "--checkpoint", _folder.PathOf("c"));
        Refused(
            "missdiff cannot", "train", _input, "--model", _folder.PathOf("m.zip"), "--for", "synthesize", "--method", "missdiff",
            "--checkpoint", _folder.PathOf("c"));
    }

    /// <summary>What is in a model file.</summary>
    internal static List<(string Name, string Bytes)> Entries(string model)
    {
        using ZipArchive zip = ZipFile.OpenRead(model);
        return [.. zip.Entries.Select(entry =>
        {
            using Stream stream = entry.Open();
            using var all = new MemoryStream();
            stream.CopyTo(all);
            return (entry.FullName, Convert.ToHexString(all.ToArray()));
        })];
    }

    private static void Refused(string expected, params string[] args)
    {
        CommandRun run = CommandRun.Of(args);
        Assert.Equal(ExitCode.BadUsage, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    private string[] Train(string model) =>
    [
        "train", _input, "--model", _folder.PathOf(model), "--for", "synthesize", "--method", "tabddpm", "--config", _config, "--label",
        "group", "--quiet",
    ];
}
