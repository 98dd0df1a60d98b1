using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Microsoft.ML.Diffusion.Tool.Tests.Commands;

public sealed class PrivacyCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _people;

    public PrivacyCommandTests()
    {
        // The largest income and one ward are of a single row; every row has a name.
        var text = new StringBuilder("name,age,income,ward,sick\n");
        for (int row = 0; row < 1500; row++)
        {
            FormattableString usual = $"{1000 + (7 * row % 3000)},{"AB"[row % 2]}";
            string last = row == 700 ? "987654,Lonely" : FormattableString.Invariant(usual);
            text.Append(CultureInfo.InvariantCulture, $"person-{row:0000},{20 + (row % 60)},{last},{(row % 5 == 0 ? 1 : 0)}\n");
        }

        _people = _folder.Write("people.csv", text.ToString());
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Rows_under_a_budget_have_nothing_that_one_row_alone_has()
    {
        string made = _folder.PathOf("made.csv");
        CommandRun run = CommandRun.Of("synthesize", _people, "-o", made, "--rows", "2000", "--label", "sick", "--epsilon", "2", "--quiet");

        Assert.Equal((ExitCode.Done, string.Empty), (run.ExitCode, run.Error));
        string[][] rows = [.. File.ReadLines(made).Skip(1).Select(line => line.Split(','))];
        Assert.Equal(2000, rows.Length);
        Assert.All(rows, row => Assert.Equal(string.Empty, row[0]));
        Assert.All(rows, row => Assert.Matches("^[0-9]*$", row[1]));
        Assert.DoesNotContain(rows, row => row[3] == "Lonely");
        // Powers of two of which one row has the last are cut off.
        Assert.All(rows, row => Assert.InRange(int.Parse(row[2], CultureInfo.InvariantCulture), 512, 4096));
        Assert.InRange(rows.Count(row => row[4] == "1") / 2000.0, 0.12, 0.28);
    }

    [Fact]
    public void A_model_tells_its_budget_and_holds_nothing_of_a_single_row()
    {
        string model = _folder.PathOf("m.zip");
        CommandRun train = CommandRun.Of(
            "train", _people, "--for", "synthesize", "--model", model, "--epsilon", "1.5", "--delta", "1e-5",
            "--domain", "age=0..110", "--quiet");
        Assert.Equal((ExitCode.Done, string.Empty), (train.ExitCode, train.Error));

        string text = CommandRun.Of("inspect", model).Output;
        Assert.Contains("Differential privacy: epsilon 1.5, delta 1E-05", text, StringComparison.Ordinal);
        Assert.Contains("choice of marginals", text, StringComparison.Ordinal);
        Assert.DoesNotContain("seed", text, StringComparison.Ordinal);

        using ZipArchive zip = ZipFile.OpenRead(model);
        foreach (ZipArchiveEntry entry in zip.Entries)
        {
            using Stream stream = entry.Open();
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            string content = Encoding.Latin1.GetString(bytes.ToArray());
            Assert.DoesNotContain("Lonely", content, StringComparison.Ordinal);
            Assert.DoesNotContain("987654", content, StringComparison.Ordinal);
            Assert.DoesNotContain("person-0700", content, StringComparison.Ordinal);
        }

        // The model makes rows with the header of a file alone.
        string output = _folder.PathOf("made.csv");
        CommandRun made = CommandRun.Of("synthesize", _people, "-o", output, "--rows", "50", "--model", model, "--quiet");
        Assert.Equal((ExitCode.Done, string.Empty), (made.ExitCode, made.Error));
    }

    [Fact]
    public void A_network_under_a_budget_tells_it_and_so_does_the_evaluation_of_its_rows()
    {
        string model = _folder.PathOf("m.zip"), made = _folder.PathOf("made.csv"), metrics = _folder.PathOf("metrics.json");
        string config = _folder.Write("c.json", """{ "steps": 5, "layers": [8], "diffusionSteps": 5 }""");
        CommandRun train = CommandRun.Of(
            "train", _people, "--for", "synthesize", "--model", model, "--label", "sick", "--method", "tabddpm", "--epsilon", "3",
            "--delta", "1e-5", "--config", config, "--quiet");
        Assert.Equal((ExitCode.Done, string.Empty), (train.ExitCode, train.Error));
        string text = CommandRun.Of("inspect", model).Output;
        Assert.Contains("Differential privacy: epsilon 3, delta 1E-05", text, StringComparison.Ordinal);
        Assert.Contains("Gradients of the network: 5 steps, each row in one with probability 0.05", text, StringComparison.Ordinal);

        CommandRun rows = CommandRun.Of("synthesize", _people, "-o", made, "--rows", "300", "--model", model, "--quiet");
        Assert.Equal((ExitCode.Done, string.Empty), (rows.ExitCode, rows.Error));
        Assert.DoesNotContain("Lonely", File.ReadAllText(made), StringComparison.Ordinal);
        CommandRun evaluated = CommandRun.Of(
            "evaluate", "--real", _people, "--synthetic", made, "--label", "sick", "--model", model, "--json", metrics, "--quiet");
        Assert.Equal((ExitCode.Done, string.Empty), (evaluated.ExitCode, evaluated.Error));
        string told = string.Join(' ', evaluated.Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("promises differential privacy of epsilon 3 and delta 1E-05", told, StringComparison.Ordinal);
        using var json = System.Text.Json.JsonDocument.Parse(File.ReadAllText(metrics));
        Assert.Equal(3, json.RootElement.GetProperty("promisedPrivacy").GetProperty("epsilon").GetDouble());
    }

    [Fact]
    public void A_known_seed_of_the_noise_is_told_by_inspect()
    {
        string model = _folder.PathOf("m.zip"), config = _folder.Write("c.json", """{ "noiseSeed": 1 }""");
        Assert.Equal(ExitCode.Done, CommandRun.Of(
            "train", _people, "--for", "synthesize", "--model", model, "--epsilon", "1", "--config", config, "--quiet").ExitCode);
        Assert.Contains("The noise came from a seed", CommandRun.Of("inspect", model).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_domain_of_dates_or_amounts_is_given_as_the_column_writes_them()
    {
        StringBuilder text = new("day,paid,sick\n");
        for (int row = 0; row < 3000; row++)
        {
            string sick = row % 2 == 0 ? "yes" : "no";
            text.Append(CultureInfo.InvariantCulture, $"{1 + (row % 28):00}.{1 + (row % 12):00}.2021,${row % 50}.50,{sick}\n");
        }

        string made = _folder.PathOf("made.csv");
        CommandRun run = CommandRun.Of(
            "synthesize", _folder.Write("paid.csv", text.ToString()), "-o", made, "--rows", "500", "--epsilon", "1",
            "--domain", "day=2021-01-01..2021-12-31", "--domain", "paid=$0..$50.00", "--domain", "sick=yes|no", "--quiet");
        Assert.Equal((ExitCode.Done, string.Empty), (run.ExitCode, run.Error));
        foreach (string[] cells in File.ReadLines(made).Skip(1).Select(line => line.Split(',')))
        {
            Assert.Matches(@"^\d\d\.\d\d\.2021$", cells[0]);
            Assert.InRange(double.Parse(cells[1].TrimStart('$'), CultureInfo.InvariantCulture), 0, 50);
        }
    }

    [Theory]
    [InlineData("--epsilon is '0'", "--epsilon", "0")]
    [InlineData("--delta is '1'", "--epsilon", "1", "--delta", "1")]
    [InlineData("masked promises no differential privacy", "--epsilon", "1", "--method", "masked")]
    [InlineData("--epsilon 1 was expected too", "--delta", "1e-5")]
    [InlineData("--epsilon 1 was expected too", "--domain", "age=0..110")]
    [InlineData("names no column", "--epsilon", "1", "--domain", "weight=1..2")]
    [InlineData("with a privacy budget there can be none", "--epsilon", "1", "--rule", "age >= 0")]
    public void What_a_budget_does_not_go_with_is_refused(string sentence, params string[] more)
    {
        CommandRun run = CommandRun.Of(["synthesize", _people, "-o", _folder.PathOf("made.csv"), "--rows", "5", "--quiet", .. more]);
        Assert.NotEqual(ExitCode.Done, run.ExitCode);
        Assert.Contains(sentence, run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.PathOf("made.csv")));
    }
}
