using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.Tests.Commands;

public sealed class AmputeCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("mcar-column")]
    [InlineData("mcar-row")]
    [InlineData("mcar")]
    [InlineData("mar")]
    [InlineData("mnar")]
    public void Cells_are_hidden_at_the_rate_and_every_other_byte_stays(string mechanism)
    {
        string input = RealData.Shipped("breast_cancer.csv");
        string output = _folder.PathOf("out.csv");
        CommandRun run = CommandRun.Of("ampute", input, "-o", output, "--mechanism", mechanism, "--rate", "0.2", "--seed", "5");
        Assert.Equal(ExitCode.Done, run.ExitCode);

        CsvDocument before = CsvDocument.Read(input);
        CsvDocument after = CsvDocument.Read(output);
        var emptied = new List<CellEdit>();
        for (int row = 0; row < before.RowCount; row++)
        {
            for (int column = 0; column < before.ColumnCount; column++)
            {
                if (after.Raw(row, column).IsEmpty && !before.Raw(row, column).IsEmpty)
                    emptied.Add(new CellEdit(row, column, default));
            }
        }

        Assert.Equal(Csv.CsvDocumentTests.Written(before, [.. emptied]), File.ReadAllBytes(output));
        if (mechanism == "mcar-column")
            Assert.All(emptied.GroupBy(e => e.Column), g => Assert.Equal((before.RowCount - (before.ColumnNames[g.Key] == "Bare.nuclei" ? 16 : 0)) / 5, g.Count()));
        double expected = mechanism == "mar" ? 0.2 * 8 / 11 : 0.2;
        Assert.InRange(emptied.Count / (double)(before.RowCount * before.ColumnCount), expected * 0.85, expected * 1.15);
    }

    [Fact]
    public void The_same_seed_hides_the_same_cells_and_another_one_others()
    {
        byte[] Ampute(string seed)
        {
            string output = _folder.PathOf("out.csv");
            Assert.Equal(ExitCode.Done, CommandRun.Of("ampute", RealData.Shipped("breast_cancer.csv"), "-o", output, "--mechanism", "mcar", "--rate", "0.5", "--seed", seed, "--quiet").ExitCode);
            return File.ReadAllBytes(output);
        }

        Assert.Equal(Ampute("1"), Ampute("1"));
        Assert.NotEqual(Ampute("1"), Ampute("2"));
    }

    [Fact]
    public void A_hidden_cell_of_a_single_column_is_still_a_row()
    {
        string input = _folder.Write("in.csv", "a\n1\n2\n3");
        CommandRun run = CommandRun.Of("ampute", input, "-o", _folder.PathOf("out.csv"), "--mechanism", "mcar", "--rate", "1");
        Assert.Equal(("a\n\"\"\n\"\"\n\"\"", 3), (File.ReadAllText(_folder.PathOf("out.csv")), CsvDocument.Read(_folder.PathOf("out.csv")).RowCount));
        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Equal(ExitCode.BadInput, CommandRun.Of("ampute", input, "-o", _folder.PathOf("x.csv"), "--mechanism", "mar", "--rate", "0.5").ExitCode);
    }

    [Theory]
    [InlineData("mcar-column")]
    [InlineData("mar")]
    public void A_word_for_missing_stays_in_a_file_of_several_blocks(string mechanism)
    {
        string rows = string.Concat(Enumerable.Range(0, 120_000).Select(i => i % 40 == 3 ? $"NA,k{i % 7}\n" : $"{i % 1000},k{i % 7}\n"));
        string input = _folder.Write("in.csv", "n,c\n" + rows), output = _folder.PathOf("out.csv");
        Assert.Equal(ExitCode.Done, CommandRun.Of("ampute", input, "-o", output, "--mechanism", mechanism, "--rate", "0.3", "--quiet").ExitCode);
        string[] before = File.ReadAllLines(input), after = File.ReadAllLines(output);
        Assert.Equal(before.Length, after.Length);
        Assert.Equal(before.Count(line => line.StartsWith("NA,", StringComparison.Ordinal)), after.Count(line => line.StartsWith("NA,", StringComparison.Ordinal)));
        int hidden = after.Sum(line => line.Split(',').Count(cell => cell.Length == 0));
        Assert.InRange(hidden / 120_000.0, 0.28, 0.62);
    }

    [Theory]
    [InlineData("points")]
    [InlineData("blocks", "--length", "6")]
    public void Cells_of_series_are_hidden_and_every_other_byte_stays(string mechanism, params string[] more)
    {
        string input = Series();
        string output = _folder.PathOf("out.csv");
        CommandRun run = CommandRun.Of(["ampute", input, "-o", output, "--mechanism", mechanism, "--rate", "0.2", "--group", "id",
            "--order", "hour", "--quiet", .. more]);
        Assert.Equal((ExitCode.Done, string.Empty), (run.ExitCode, run.Error));
        string[] before = File.ReadAllLines(input), after = File.ReadAllLines(output);
        Assert.Equal(before.Length, after.Length);
        int hidden = 0;
        for (int line = 0; line < before.Length; line++)
        {
            string[] was = before[line].Split(','), now = after[line].Split(',');
            Assert.Equal(was[..2], now[..2]);
            for (int cell = 2; cell < was.Length; cell++)
            {
                hidden += now[cell].Length == 0 ? 1 : 0;
                Assert.True(now[cell].Length == 0 || now[cell] == was[cell]);
            }
        }
        Assert.InRange(hidden / (2.0 * (before.Length - 1)), 0.15, 0.25);
    }

    [Theory]
    [InlineData("--order is missing", "--mechanism", "points")]
    [InlineData("--length is missing", "--mechanism", "blocks", "--order", "hour")]
    [InlineData("--length is for stretches", "--mechanism", "points", "--order", "hour", "--length", "3")]
    [InlineData("--group is for time series", "--mechanism", "mcar", "--group", "id")]
    public void Options_of_series_go_with_their_mechanisms(string sentence, params string[] options)
    {
        CommandRun run = CommandRun.Of(["ampute", Series(), "-o", _folder.PathOf("out.csv"), "--rate", "0.2", .. options]);
        Assert.Equal(ExitCode.BadUsage, run.ExitCode);
        Assert.Contains(sentence, run.Error, StringComparison.Ordinal);
    }

    private string Series() => _folder.Write("series.csv", "id,hour,x,y\n" + string.Concat(
        Enumerable.Range(0, 4000).Select(i => $"p{i / 100},{i % 100},{i % 13}.5,{i % 7}.25\n")));
}
