using System.Globalization;

namespace Microsoft.ML.Diffusion.Tool.Tests.Commands;

/// <summary>What a run of many rows takes, before it is started.</summary>
public sealed class PlanCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _input;

    public PlanCommandTests()
    {
        var random = new Random(4);
        _input = _folder.Write("in.csv", "x,y,group\n" + string.Concat(Enumerable.Range(0, 200).Select(row =>
        {
            double x = random.NextDouble();
            string y = row % 9 == 0 ? "" : FormattableString.Invariant($"{x + random.NextDouble():F3}");
            return FormattableString.Invariant($"{x:F3},{y},{(x > 0.5 ? "high" : "low")}\n");
        })));
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("gaussian", "filling in", "mldiffusion impute")]
    [InlineData("masked", "making rows", "mldiffusion synthesize")]
    public void Many_rows_are_shared_among_shards_with_the_command_of_each_scheduler(string method, string what, string command)
    {
        string text = Plan("--rows", "100000000000", "--method", method);

        Assert.Matches("(?m)^training ", text);
        Assert.Matches($@"(?m)^{what} +\S+ ms of a core a row: 100000000000 rows take ", text);
        Assert.Matches(@"(?m)^memory +\d+ MB at most", text);
        int shards = int.Parse(FirstWord(text, "shards"), CultureInfo.InvariantCulture);
        Assert.InRange(shards, 2, 1000);
        Assert.Contains($"sbatch --array=1-{shards} --requeue --wrap '{command} ", text, StringComparison.Ordinal);
        Assert.Contains($"--shard {{}}/{shards} -o parts ::: $(seq {shards})", text, StringComparison.Ordinal);
        Assert.Contains($"--shard auto/{shards} -o parts", text, StringComparison.Ordinal);
        Assert.Contains("mldiffusion gather parts -o OUT.csv", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Few_rows_take_one_process()
    {
        string text = Plan("--rows", "500", "--method", "gaussian");
        Assert.Contains("none: one process takes less than ten minutes", text, StringComparison.Ordinal);
        Assert.DoesNotContain("sbatch", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gaussian", "filling in")]
    [InlineData("masked", "making rows")]
    public void The_time_of_a_row_is_that_of_its_values_and_not_of_passing_over_it(string method, string what)
    {
        // A row that nobody asks for takes nanoseconds; one that is filled in or made takes a microsecond at least.
        double milliseconds = double.Parse(FirstWord(Plan("--rows", "1000000", "--method", method), what), CultureInfo.InvariantCulture);
        Assert.InRange(milliseconds, 2e-4, 100);
    }

    [Fact]
    public void What_cannot_be_planned_is_refused_in_one_sentence()
    {
        Refused("--rows", ExitCode.BadUsage, _input);
        Refused("does not impute", ExitCode.BadUsage, _input, "--rows", "10", "--method", "masked", "--for", "impute");
        Refused("has no rows", ExitCode.BadInput, _folder.Write("empty.csv", "x,y\n"), "--rows", "10");
        Refused("nowhere.csv", ExitCode.BadInput, _folder.PathOf("nowhere.csv"), "--rows", "10");
    }

    private static string FirstWord(string text, string name) =>
        text.Split('\n').Single(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..].Trim().Split(' ', ',')[0];

    private string Plan(params string[] args)
    {
        CommandRun run = CommandRun.Of(["plan", _input, "--trial", "1", .. args]);
        Assert.True(run.ExitCode == ExitCode.Done, run.Error);
        return run.Output;
    }

    private static void Refused(string expected, int exitCode, params string[] args)
    {
        CommandRun run = CommandRun.Of(["plan", .. args]);
        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }
}
