using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Microsoft.ML.Diffusion.Tool.Tests.Commands;

/// <summary>The models of an evaluation, trained by several processes and judged by one.</summary>
public sealed class EvaluateShardTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Parts => _folder.PathOf("parts");

    public static TheoryData<string> Labels => ["two", "number"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Labels))]
    public void Parts_put_together_give_the_figures_of_one_run(string label)
    {
        string[] command = Command(label);
        Done([.. command, "--json", _folder.PathOf("whole.json")]);
        foreach (string part in (string[])["2/3", "1/3", "3/3"])
            Done([.. command, "--parts", Parts, "--shard", part]);
        Done([.. command, "--parts", Parts, "--json", _folder.PathOf("parts.json")]);

        Assert.Equal(Figures("whole.json"), Figures("parts.json"));
    }

    [Fact]
    public void A_part_that_is_there_stays_and_one_that_is_missing_damaged_or_of_another_run_is_named()
    {
        string[] command = Command("two");
        Done([.. command, "--parts", Parts, "--shard", "1/2"]);
        string part = Path.Combine(Parts, "part-00001-of-00002.answers");
        DateTime before = File.GetLastWriteTimeUtc(part);
        Assert.Contains("is whole already", CommandRun.Of([.. command, "--parts", Parts, "--shard", "1/2"]).Error);
        Assert.Equal(before, File.GetLastWriteTimeUtc(part));
        Assert.Contains("lacks 1 of 2 parts: 2", Refusal([.. command, "--parts", Parts]));

        Assert.Contains("is a part of another run", Refusal([.. command, "--seed", "7", "--parts", Parts, "--shard", "1/2"]));
        Done([.. command, "--parts", Parts, "--shard", "2/2"]);
        Assert.Contains("parts of another evaluation", Refusal([.. command, "--seed", "7", "--parts", Parts]));
        Assert.Contains("mldiffusion evaluate", Refusal(["gather", Parts, "-o", _folder.PathOf("made.csv")]));

        byte[] bytes = File.ReadAllBytes(part);
        bytes[^1] ^= 1;
        File.WriteAllBytes(part, bytes);
        Assert.Contains("is not as it was written", Refusal([.. command, "--parts", Parts]));
        File.Delete(part);
        Assert.Contains("part-00001-of-00002.answers", Refusal([.. command, "--parts", Parts]));
    }

    [Fact]
    public void A_shard_needs_a_folder_and_writes_nothing_else()
    {
        string[] command = Command("two");
        Assert.Contains("--parts", Refusal([.. command, "--shard", "1/2"]));
        Assert.Contains(
            "--json cannot be given with --shard", Refusal([.. command, "--shard", "1/2", "--parts", Parts, "--json", "m.json"]));
        Assert.False(Directory.Exists(Parts));
    }

    private static void Done(string[] command)
    {
        CommandRun run = CommandRun.Of([.. command, "--quiet"]);
        Assert.Equal((ExitCode.Done, ""), (run.ExitCode, run.Error));
    }

    private static string Refusal(string[] command)
    {
        CommandRun run = CommandRun.Of([.. command, "--quiet"]);
        Assert.NotEqual(ExitCode.Done, run.ExitCode);
        return run.Error;
    }

    /// <summary>The figures of a run without its time, its date and its command.</summary>
    private string Figures(string name)
    {
        JsonObject metrics = JsonNode.Parse(File.ReadAllText(_folder.PathOf(name)))!.AsObject();
        metrics.Remove("origin");
        Assert.True(metrics["setup"]!.AsObject().Remove("seconds"));
        return metrics.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
    }

    private string[] Command(string label) =>
        ["evaluate", "--real", Write("real", 0), "--synthetic", Write("made", 1), "--test", Write("test", 2), "--label", label];

    private string Write(string name, int seed)
    {
        var random = new Random(seed);
        string path = _folder.PathOf(name + ".csv");
        File.WriteAllLines(path, Enumerable.Range(0, 60).Select(_ =>
        {
            double x = random.NextDouble(), y = x + random.NextDouble();
            return string.Create(CultureInfo.InvariantCulture, $"{x:F3},{(y > 1 ? "yes" : "no")},{y + random.NextDouble():F3}");
        }).Prepend("x,two,number"));
        return path;
    }
}
