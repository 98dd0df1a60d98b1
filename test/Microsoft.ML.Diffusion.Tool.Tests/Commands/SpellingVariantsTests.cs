using Microsoft.ML.Diffusion.Tool.Tests.Cases;

namespace Microsoft.ML.Diffusion.Tool.Tests.Commands;

/// <summary>Categories that differ in case or blanks alone.</summary>
public sealed class SpellingVariantsTests : IDisposable
{
    private const string Trees = """{ "members": "Trees" }""";

    private readonly TemporaryFolder _folder = new();
    private readonly string _config;

    public SpellingVariantsTests() => _config = _folder.Write("trees.json", Trees);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Describe_tells_the_spellings_with_their_counts()
    {
        CommandRun run = CommandRun.Of("describe", Answers());

        Assert.Contains("'answer' spells one value in several ways: 'yes' (40), 'Yes' (30), 'YES' (30)", run.Output,
            StringComparison.Ordinal);
        Assert.Contains("--merge-variants", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Impute_warns_once_of_all_columns()
    {
        string error = Impute(Answers()).Error;

        string warning = Assert.Single(error.Split('\n'), line => line.Contains("spelt in several ways", StringComparison.Ordinal));
        Assert.Contains("answer: 'yes' (40)", warning, StringComparison.Ordinal);
        Assert.Contains("ward: 'ward  a' (", warning, StringComparison.Ordinal);
        Assert.Contains("--merge-variants", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void Merged_spellings_are_learnt_as_one_and_filled_in_the_most_frequent_one_while_other_cells_stay()
    {
        string input = Answers();
        Assert.DoesNotContain("several ways", Impute(input, "--merge-variants").Error, StringComparison.Ordinal);

        (string[] before, string[] after) = Column(input);
        int[] holes = [.. Enumerable.Range(0, before.Length).Where(row => before[row].Length == 0)];
        Assert.All(holes, row => Assert.Equal(row % 3 == 0 ? "no" : "yes", after[row]));
        Assert.All(Enumerable.Range(0, before.Length).Except(holes), row => Assert.Equal(before[row], after[row]));
    }

    [Fact]
    public void One_column_is_merged_where_columns_json_says_so()
    {
        string input = Answers();
        string json = _folder.Write("columns.json", """
            { "version": 1, "columns": [ { "name": "answer", "role": "yes/no", "mergeVariants": true } ] }
            """);
        string error = Impute(input, "--columns", json).Error;

        Assert.DoesNotContain("answer:", error, StringComparison.Ordinal);
        Assert.Contains("ward:", error, StringComparison.Ordinal);
        (string[] before, string[] after) = Column(input);
        Assert.All(Enumerable.Range(0, before.Length).Where(row => before[row].Length == 0), row =>
            Assert.Contains(after[row], new[] { "no", "yes" }));
    }

    [Fact]
    public void Observed_cells_are_written_in_the_merged_spelling_on_request_alone()
    {
        string input = Answers();
        Impute(input, "--rewrite-variants");

        (_, string[] after) = Column(input);
        Assert.Equal(["no", "yes"], after.Distinct().Order());
        Assert.DoesNotContain("Ward A", File.ReadAllText(_folder.PathOf("out.csv")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_complete_table_is_rewritten_without_a_training()
    {
        string input = _folder.Write("in.csv", "a,b\n" + string.Concat(Enumerable.Range(0, 40)
            .Select(i => i % 4 == 0 ? $"RED ,{i}\n" : $"red,{i}\n")));
        string error = Impute(input, "--rewrite-variants").Error;

        Assert.DoesNotContain("Training", error, StringComparison.Ordinal);
        Assert.DoesNotContain("RED", File.ReadAllText(_folder.PathOf("out.csv")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_was_trained_with_merged_spellings_knows_the_others_too()
    {
        string input = Answers(), model = _folder.PathOf("m.zip");
        CommandRun run = CommandRun.Of("train", input, "--model", model, "--merge-variants", "--config", _config);
        Assert.True(run.ExitCode == ExitCode.Done, run.Error);
        string other = _folder.Write("other.csv", "answer,x,ward\nyEs,31,\n,30,WARD B\n");
        run = CommandRun.Of("impute", other, "--model", model, "-o", _folder.PathOf("out.csv"));

        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.DoesNotContain("does not know", run.Error, StringComparison.Ordinal);
        string[] lines = File.ReadAllLines(_folder.PathOf("out.csv"));
        Assert.Contains(lines[1], new[] { "yEs,31,ward  a", "yEs,31,ward b" });
        Assert.Equal("no,30,WARD B", lines[2]);
        Assert.Equal(ExitCode.BadUsage, CommandRun.Of("impute", other, "--model", model, "-o", _folder.PathOf("o.csv"), "--merge-variants")
            .ExitCode);
    }

    [Fact]
    public void Made_rows_have_the_merged_spelling_alone()
    {
        string config = _folder.Write("quick.json", """{ "steps": 60, "width": 16, "blocks": 1 }"""), output = _folder.PathOf("made.csv");
        CommandRun run = CommandRun.Of("synthesize", Answers(), "-o", output, "--rows", "200", "--config", config, "--merge-variants");

        Assert.True(run.ExitCode == ExitCode.Done, run.Error);
        Assert.All(CaseTable.Read(output)["answer"], cell => Assert.Contains(cell, new[] { "no", "yes", "" }));
    }

    private CommandRun Impute(string input, params string[] more)
    {
        CommandRun run = CommandRun.Of(["impute", input, "-o", _folder.PathOf("out.csv"), "--config", _config, .. more]);
        Assert.True(run.ExitCode == ExitCode.Done, run.Error);
        return run;
    }

    private (string[] Before, string[] After) Column(string input) =>
        (CaseTable.Read(input)["answer"], CaseTable.Read(_folder.PathOf("out.csv"))["answer"]);

    // Every third row says no; the others say yes in one of three ways, of which the small letters are the most frequent.
    private string Answers() => _folder.Write("in.csv", "answer,x,ward\n" + string.Concat(Enumerable.Range(0, 180).Select(row =>
    {
        string yes = (row / 3) switch { < 20 => "yes", < 35 => "Yes", < 50 => "YES", _ => "" };
        string answer = row % 3 == 0 ? (row > 150 ? "" : "no") : yes;
        string ward = row % 2 == 0 ? row % 8 == 0 ? "\"Ward A\"" : "\"ward  a\"" : "ward b";
        return $"{answer},{(row % 3 == 0 ? 30 : 31)},{ward}\n";
    })));
}
