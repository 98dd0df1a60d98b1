using Microsoft.ML.Diffusion.Tool.Shards;

namespace Microsoft.ML.Diffusion.Tool.Tests.Commands;

/// <summary>The parts of a synthesis, made by processes that know nothing of each other, are one file in the end.</summary>
public sealed class ShardTests : IDisposable
{
    private const int Rows = 1001;
    private readonly TemporaryFolder _folder = new();
    private readonly string _input;
    private readonly string _model;

    public ShardTests()
    {
        var random = new Random(5);
        _input = _folder.Write("in.csv", "id;age;income;ward\r\n" + string.Concat(Enumerable.Range(0, 150).Select(i =>
            $"K-{i:D4};{random.Next(20, 80)};{random.Next(100, 999)},{random.Next(10, 99)};{(random.Next(2) == 0 ? "A" : "B")}\r\n")));
        _model = _folder.PathOf("m.zip");
        string quick = _folder.Write("quick.json", """{ "steps": 40, "width": 16, "blocks": 1, "batchSize": 32 }""");
        Done(CommandRun.Of("train", _input, "--model", _model, "--for", "synthesize", "--config", quick, "--quiet"));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Parts_put_together_are_the_bytes_of_one_run_keys_included()
    {
        Done(Synthesize("whole.csv"));
        foreach (int part in (int[])[3, 1, 2])
            Done(Synthesize("parts", "--shard", $"{part}/3"));
        Done(Gather("parts", "gathered.csv"));
        byte[] whole = File.ReadAllBytes(_folder.PathOf("whole.csv"));
        Assert.Equal(whole, File.ReadAllBytes(_folder.PathOf("gathered.csv")));
        Assert.Equal(Rows + 1, File.ReadLines(_folder.PathOf("gathered.csv")).Count());
    }

    [Fact]
    public void A_part_that_is_whole_stays_and_one_that_is_damaged_is_made_anew()
    {
        Done(Synthesize("parts", "--shard", "1/2"));
        string part = _folder.PathOf("parts/part-00001-of-00002.csv");
        byte[] first = File.ReadAllBytes(part);
        DateTime then = File.GetLastWriteTimeUtc(part);
        CommandRun again = CommandRun.Of(Arguments("parts", "--shard", "1/2"));
        Assert.Contains("is whole already", again.Error, StringComparison.Ordinal);
        Assert.Equal(then, File.GetLastWriteTimeUtc(part));
        File.WriteAllText(part, "id;age;income;ward\r\n");
        Done(Synthesize("parts", "--shard", "1/2"));
        Assert.Equal(first, File.ReadAllBytes(part));
    }

    [Fact]
    public void Parts_that_lack_or_are_damaged_or_of_another_run_are_named_and_nothing_is_written()
    {
        Done(Synthesize("parts", "--shard", "2/3"));
        Done(Synthesize("parts", "--shard", "3/3"));
        Refused(Gather("parts", "out.csv"), "lacks 1 of 3 parts: 1. Run them, and gather again.");
        Done(Synthesize("parts", "--shard", "1/3"));
        string part = _folder.PathOf("parts/part-00002-of-00003.csv");
        string text = File.ReadAllText(part);
        File.WriteAllText(part, text.Replace('A', 'B'));
        Refused(Gather("parts", "out.csv"), "is not as it was written: its hash differs. Remove it, and run that part again.");
        Refused(Synthesize("parts", "--shard", "2/3", "--seed", "9"), "is a part of another run");
        Refused(Synthesize("parts", "--shard", "2/3", "--merge-variants"), "is a part of another run");
        Done(Synthesize("parts", "--shard", "1/4"));
        Refused(Gather("parts", "out.csv"), "are of different runs");
        File.WriteAllText(part + PartRecord.Extension, "{}");
        Refused(Gather("parts", "out.csv"), "is no record of a part");
        Assert.False(File.Exists(_folder.PathOf("out.csv")));
        Refused(Gather("nowhere", "out.csv"), "is no folder");
    }

    [Theory]
    [InlineData("0/3")]
    [InlineData("4/3")]
    [InlineData("1")]
    [InlineData("a/3")]
    [InlineData("1/0")]
    public void What_is_no_part_is_refused_in_a_sentence(string shard)
    {
        CommandRun run = Synthesize("parts", "--shard", shard);
        Assert.Equal(ExitCode.BadUsage, run.ExitCode);
        Assert.Contains($"--shard is '{shard}'", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_part_without_a_model_is_refused_since_every_part_would_train()
    {
        CommandRun run = CommandRun.Of("synthesize", _input, "-o", _folder.PathOf("parts"), "--rows", "10", "--shard", "1/2");
        Assert.Equal(ExitCode.BadUsage, run.ExitCode);
        Assert.Contains("--shard needs --model", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("auto", "SLURM_ARRAY_TASK_ID=7 SLURM_ARRAY_TASK_MIN=5 SLURM_ARRAY_TASK_COUNT=4", 3, 4)]
    [InlineData("auto", "SLURM_ARRAY_TASK_ID=6 SLURM_ARRAY_TASK_MIN=0 SLURM_ARRAY_TASK_STEP=2 SLURM_ARRAY_TASK_COUNT=5", 4, 5)]
    [InlineData("auto/10", "JOB_COMPLETION_INDEX=9", 10, 10)]
    public void A_job_of_a_scheduler_says_which_part_it_is(string text, string environment, int number, int count)
    {
        Dictionary<string, string> variables = Variables(environment);
        Assert.Equal(new Shard(number, count), Shard.Parse(text, variables.GetValueOrDefault));
    }

    [Theory]
    [InlineData("auto", "JOB_COMPLETION_INDEX=1", "needs the number of parts")]
    [InlineData("auto/2", "JOB_COMPLETION_INDEX=2", "where a part from 1 to 2 was expected")]
    [InlineData("auto", "A=1", "neither is in the environment")]
    public void A_job_that_does_not_say_it_is_refused(string text, string environment, string sentence)
    {
        Dictionary<string, string> variables = Variables(environment);
        UsageException e = Assert.Throws<UsageException>(() => Shard.Parse(text, variables.GetValueOrDefault));
        Assert.Contains(sentence, e.Message, StringComparison.Ordinal);
    }

    private static Dictionary<string, string> Variables(string text) =>
        text.Split(' ').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);

    private static void Done(CommandRun run) => Assert.Equal((ExitCode.Done, string.Empty), (run.ExitCode, run.Error));

    private static void Refused(CommandRun run, string sentence)
    {
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains(sentence, run.Error, StringComparison.Ordinal);
    }

    private CommandRun Synthesize(string output, params string[] more) => CommandRun.Of([.. Arguments(output, more), "--quiet"]);

    private string[] Arguments(string output, params string[] more) =>
        ["synthesize", _input, "-o", _folder.PathOf(output), "--rows", $"{Rows}", "--model", _model, .. more];

    private CommandRun Gather(string parts, string output) =>
        CommandRun.Of("gather", _folder.PathOf(parts), "-o", _folder.PathOf(output), "--quiet");
}
