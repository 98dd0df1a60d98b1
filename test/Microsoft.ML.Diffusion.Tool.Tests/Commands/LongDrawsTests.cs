using System.Globalization;

namespace Microsoft.ML.Diffusion.Tool.Tests.Commands;

/// <summary>Draws in one long file.</summary>
public sealed class LongDrawsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_long_file_has_the_rows_of_every_file_of_draws_with_the_numbers_of_draw_and_row()
    {
        IEnumerable<string> rows = Enumerable.Range(0, 40).Select(i => string.Create(
            CultureInfo.InvariantCulture, $"{(i % 4 == 0 ? "" : i)};{(i % 5 == 0 ? "" : i % 2 == 0 ? "\"x;1\"" : "y")}\r\n"));
        string input = _folder.Write("in.csv", "a;b\r\n" + string.Concat(rows));
        Assert.Equal(ExitCode.Done, Impute(input, "each.csv").ExitCode);
        Assert.Equal(ExitCode.Done, Impute(input, "long.csv", "--long").ExitCode);
        string[] lines = File.ReadAllLines(_folder.PathOf("long.csv"));
        Assert.Equal(".imp;.id;a;b", lines[0]);
        string[] expected = [.. Enumerable.Range(1, 3).SelectMany(draw => File.ReadAllLines(_folder.PathOf($"each-{draw}.csv")).Skip(1)
            .Select((line, row) => string.Create(CultureInfo.InvariantCulture, $"{draw};{row + 1};{line}")))];
        Assert.Equal(expected, lines[1..]);
    }

    [Fact]
    public void A_file_without_holes_and_without_its_last_line_end_comes_out_as_often_as_there_are_draws()
    {
        string input = _folder.Write("in.csv", "a,b\n1,2\n\n3,4");
        Assert.Equal(ExitCode.Done, Impute(input, "long.csv", "--long").ExitCode);
        string text = File.ReadAllText(_folder.PathOf("long.csv"));
        Assert.Equal(".imp,.id,a,b\n1,1,1,2\n1,2,3,4\n2,1,1,2\n2,2,3,4\n3,1,1,2\n3,2,3,4\n", text);
    }

    [Fact]
    public void Without_draws_it_is_refused()
    {
        string input = _folder.Write("in.csv", "a,b\n1,2\n");
        CommandRun run = CommandRun.Of("impute", input, "-o", _folder.PathOf("out.csv"), "--long");
        Assert.Equal(ExitCode.BadUsage, run.ExitCode);
        Assert.Contains("--draws M was expected", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_column_of_a_name_that_it_adds_is_refused()
    {
        CommandRun run = Impute(_folder.Write("in.csv", ".imp,b\n1,2\n"), "long.csv", "--long");
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("a column '.imp' already", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.PathOf("long.csv")));
    }

    private CommandRun Impute(string input, string output, params string[] more)
    {
        string quick = _folder.Write("quick.json", """{ "epochs": 2, "networks": 1, "width": 8, "blocks": 1, "samplingSteps": 3 }""");
        return CommandRun.Of(["impute", input, "-o", _folder.PathOf(output), "--quiet", "--config", quick, "--draws", "3", .. more]);
    }
}
