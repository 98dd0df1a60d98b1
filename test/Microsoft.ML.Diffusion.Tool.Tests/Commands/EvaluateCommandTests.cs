using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;

namespace Microsoft.ML.Diffusion.Tool.Tests.Commands;

public sealed class EvaluateCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_table_the_verdicts_and_the_file_say_what_the_rows_are_worth()
    {
        string[] lines = File.ReadAllLines(RealData.Shipped("breast_cancer.csv"));
        string real = Write("real.csv", lines[0], lines.Skip(1).Where((_, i) => i % 2 == 0));
        string test = Write("test.csv", lines[0], lines.Skip(1).Where((_, i) => i % 2 == 1));
        string json = _folder.PathOf("m.json"), report = _folder.PathOf("r.html");
        CommandRun run = CommandRun.Of(
            "evaluate", "--real", real, "--synthetic", real, "--test", test, "--label", "Malignant", "--json", json, "--report", report, "--quiet");

        Assert.Equal((ExitCode.Done, ""), (run.ExitCode, run.Error));
        Assert.Contains("LightGbm", run.Output);
        Assert.Contains("Would I use these rows instead of the real ones?", run.Output);
        Assert.Contains("100.0 % are copies of a real row", run.Output);
        JsonElement metrics = JsonDocument.Parse(File.ReadAllText(json)).RootElement;
        Assert.Equal(1, metrics.GetProperty("schemaVersion").GetInt32());
        Assert.Equal(1, metrics.GetProperty("privacy").GetProperty("exactCopies").GetDouble());
        JsonElement score = metrics.GetProperty("utility").GetProperty("scores").EnumerateArray().First(item =>
            item.GetProperty("trainer").GetString() == "LightGbm"
            && item.GetProperty("trainedOn").GetString() == "synthetic" && item.GetProperty("metric").GetString() == "auc");
        Assert.Contains(score.GetProperty("mean").GetDouble().ToString("F4", CultureInfo.InvariantCulture), run.Output);
        Assert.Contains("Would I use these rows", File.ReadAllText(report));
    }

    [Fact]
    public void Without_test_rows_some_are_split_off_and_the_output_the_page_and_the_file_say_so_and_where_they_come_from()
    {
        string[] lines = File.ReadAllLines(RealData.Shipped("breast_cancer.csv"));
        string real = Write("real rows.csv", lines[0], lines.Skip(1).Take(200));
        string made = Write("made.csv", lines[0], lines.Skip(201).Take(200));
        string json = _folder.PathOf("m.json"), report = _folder.PathOf("r.html"), figures = _folder.PathOf("figures");
        string[] command =
        [
            "evaluate", "--real", real, "--synthetic", made, "--label", "Malignant", "--json", json, "--report", report,
            "--figures", figures,
            "--quiet",
        ];
        CommandRun run = CommandRun.Of(command);

        Assert.Equal((ExitCode.Done, ""), (run.ExitCode, run.Error));
        Assert.Contains("split off by chance (seed 1)", run.Output.ReplaceLineEndings(" "));
        JsonElement metrics = JsonDocument.Parse(File.ReadAllText(json)).RootElement, setup = metrics.GetProperty("setup");
        Assert.Equal((200, 40), (setup.GetProperty("realRows").GetInt32(), setup.GetProperty("testRows").GetInt32()));
        Assert.Equal((0.2, 1), (setup.GetProperty("testSplit").GetProperty("fraction").GetDouble(),
            setup.GetProperty("testSplit").GetProperty("seed").GetInt32()));
        Assert.Equal(JsonValueKind.Null, metrics.GetProperty("privacy").ValueKind);
        Assert.Equal(160, metrics.GetProperty("utility").GetProperty("scores").EnumerateArray()
            .First(score => score.GetProperty("trainedOn").GetString() == "real").GetProperty("rows").GetInt32());

        JsonElement origin = metrics.GetProperty("origin");
        Assert.StartsWith(
            $"mldiffusion evaluate --real \"{real}\" --synthetic {made} --label Malignant", origin.GetProperty("command").GetString());
        Assert.Equal(real, origin.GetProperty("inputs")[0].GetProperty("name").GetString());
        Assert.InRange(origin.GetProperty("date").GetDateTimeOffset(), DateTimeOffset.Now.AddMinutes(-10), DateTimeOffset.Now);
        string page = File.ReadAllText(report), version = origin.GetProperty("version").GetString()!;
        Assert.Contains($"by Microsoft.ML.Diffusion {version}", page);
        Assert.Contains("real rows.csv", page);
        Assert.Contains("split off by chance", page);

        // Each drawing of the page is a file that stands alone.
        string[] drawn = [.. Directory.GetFiles(figures).Order(StringComparer.Ordinal)];
        Assert.Equal(page.Split("role=\"img\"").Length - 1, drawn.Length);
        Assert.Contains(drawn, path => Path.GetFileName(path).Contains("mitoses", StringComparison.Ordinal));
        foreach (string path in drawn)
        {
            XElement root = XDocument.Load(path).Root!;
            Assert.Equal("http://www.w3.org/2000/svg", root.Name.NamespaceName);
            Assert.Contains("--real:", root.Descendants().Single(element => element.Name.LocalName == "style").Value);
        }
    }

    [Theory]
    [InlineData("a,y\n1,u\n", "a,z\n1,u\n", "y", "lacks column y of ")]
    [InlineData("a,y\n1,u\n", "a,y\nx,u\n", "y", "column a: 'x' is not a number")]
    [InlineData("a,y\n1,u\n2,v\n", "a,y\n1,u\n", "w", "has no column 'w' to predict, which --label names")]
    [InlineData("a,y\n1,u\n2,u\n", "a,y\n1,u\n", "y", "has one value (u)")]
    [InlineData("a,y\n1,u\n2,v\n", "a,y\n", "y", "has a header and no rows")]
    public void Bad_input_gets_one_sentence(string real, string other, string label, string sentence)
    {
        string a = _folder.Write("real.csv", real), b = _folder.Write("other.csv", other);
        CommandRun run = CommandRun.Of(
            "evaluate", "--real", a, "--synthetic", b, "--test", a, "--label", label, "--json", _folder.PathOf("m.json"), "--quiet");

        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains(sentence, run.Error);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
        Assert.False(File.Exists(_folder.PathOf("m.json")));
    }

    [Fact]
    public void Filled_cells_are_judged_by_the_true_ones()
    {
        string truth = _folder.Write("full.csv", "x,k\n1,a\n2,b\n3,a\n4,b\n5,a\n6,b\n");
        string holes = _folder.Write("holes.csv", "x,k\n1,a\n,b\n3,\n4,b\n,a\n,b\n");
        string filled = _folder.Write("filled.csv", "x,k\n1,a\n3,b\n3,b\n4,b\n5,a\n,b\n");
        string json = _folder.PathOf("i.json"), report = _folder.PathOf("i.html");
        CommandRun run = CommandRun.Of(
            "evaluate", "--imputed", filled, "--truth", truth, "--holes", holes, "--json", json, "--report", report, "--quiet");

        Assert.Equal((ExitCode.Done, ""), (run.ExitCode, run.Error));
        Assert.Contains("3/4", run.Output);
        JsonElement found = JsonDocument.Parse(File.ReadAllText(json)).RootElement;
        Assert.Equal((4, 3, 0), (found.GetProperty("hiddenCells").GetInt32(), found.GetProperty("filledCells").GetInt32(),
            found.GetProperty("changedCells").GetInt32()));
        // One of two judged numbers is wrong by 1, and the range is 5.
        Assert.Equal(Math.Sqrt(0.5) / 5, found.GetProperty("rootMeanSquaredError").GetDouble(), 9);
        Assert.Equal(0, found.GetProperty("accuracy").GetDouble());
        Assert.Equal(JsonValueKind.Null, found.GetProperty("crps").ValueKind);
        Assert.Contains("Observed and imputed values", File.ReadAllText(report));
    }

    [Fact]
    public void Options_of_filled_cells_and_of_synthetic_rows_do_not_mix()
    {
        string a = _folder.Write("a.csv", "x,k\n1,a\n2,b\n");
        Assert.Contains("without --truth", CommandRun.Of("evaluate", "--imputed", a).Error);
        CommandRun both = CommandRun.Of("evaluate", "--imputed", a, "--truth", a, "--holes", a, "--label", "k");
        Assert.Equal(ExitCode.BadUsage, both.ExitCode);
        Assert.Contains("--label cannot be given with --imputed", both.Error);
        CommandRun none = CommandRun.Of("evaluate", "--real", a);
        Assert.Equal(ExitCode.BadUsage, none.ExitCode);
        Assert.Contains("'--synthetic' is required", none.Error);
    }

    [Fact]
    public void An_output_that_is_an_input_is_refused()
    {
        string a = _folder.Write("real.csv", "a,y\n1,u\n2,v\n");
        string[] command = ["evaluate", "--real", a, "--synthetic", a, "--test", a, "--label", "y"];
        Assert.Equal(ExitCode.BadUsage, CommandRun.Of([.. command, "--json", a]).ExitCode);
        Assert.Equal(ExitCode.BadUsage, CommandRun.Of([.. command, "--report", _folder.PathOf("o"), "--json", _folder.PathOf("o")]).ExitCode);
    }

    private string Write(string name, string header, IEnumerable<string> lines) =>
        _folder.Write(name, string.Join('\n', lines.Prepend(header)) + "\n");
}
