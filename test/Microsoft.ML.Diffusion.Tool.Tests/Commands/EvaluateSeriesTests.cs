using System.Globalization;
using System.Text.Json;

namespace Microsoft.ML.Diffusion.Tool.Tests.Commands;

/// <summary><c>evaluate --imputed --order</c>.</summary>
public sealed class EvaluateSeriesTests : IDisposable
{
    private const string Truth = "Patient,When,HR,Sex\n"
        + "a,2026-01-01 00:00,60,M\na,2026-01-01 02:00,62,M\na,2026-01-01 03:00,63,M\n"
        + "b,2026-01-01 00:00,90,F\nb,2026-01-01 01:00,80,F\nb,2026-01-01 02:00,70,F\n";

    private readonly TemporaryFolder _folder = new();
    private readonly string _truth;
    private readonly string _holes;

    public EvaluateSeriesTests()
    {
        _truth = _folder.Write("full.csv", Truth);
        string holes = Truth.Replace(",62,", ",,", StringComparison.Ordinal).Replace(",80,", ",,", StringComparison.Ordinal);
        _holes = _folder.Write("holes.csv", holes);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Filled_series_are_judged_with_their_intervals_and_a_page()
    {
        string filled = _folder.Write("filled.csv", "Patient,When,HR,Sex,HR.Lower,HR.Upper,HR.StandardDeviation\n"
            + "a,2026-01-01 00:00,60,M,,,\na,2026-01-01 02:00,63,M,60,66,2\na,2026-01-01 03:00,63,M,,,\n"
            + "b,2026-01-01 00:00,90,F,,,\nb,2026-01-01 01:00,77,F,75,79,1\nb,2026-01-01 02:00,70,F,,,\n");
        string json = _folder.PathOf("m.json"), report = _folder.PathOf("r.html");
        CommandRun run = Run(filled, "--json", json, "--report", report);
        Assert.Equal((ExitCode.Done, ""), (run.ExitCode, run.Error));
        JsonElement found = JsonDocument.Parse(File.ReadAllText(json)).RootElement, figures = found.GetProperty("figures");
        double deviation = found.GetProperty("variables")[0].GetProperty("standardDeviation").GetDouble();
        Assert.Equal(2 / deviation, figures.GetProperty("meanAbsoluteError").GetDouble(), 9);
        Assert.Equal(0.5, figures.GetProperty("intervalCoverage").GetDouble());
        // In hours: the straight line is right in both.
        Assert.Equal(0, figures.GetProperty("baselines")[2].GetProperty("meanAbsoluteError").GetDouble(), 9);
        Assert.Equal([2, 4], found.GetProperty("gaps").EnumerateArray().Select(gap => gap.GetProperty("upTo").GetDouble()));
        Assert.Contains("gap up to 2", run.Output, StringComparison.Ordinal);
        Assert.Contains((2 / deviation).ToString("0.####", CultureInfo.InvariantCulture), run.Output, StringComparison.Ordinal);
        string page = File.ReadAllText(report);
        Assert.Contains("ring both", page, StringComparison.Ordinal);
        Assert.EndsWith("</html>", page.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_files_of_ampute_and_impute_series_go_in_as_they_are()
    {
        string[] lines = ["g,t,x", .. Enumerable.Range(0, 120).Select(i => string.Create(
            CultureInfo.InvariantCulture, $"s{i / 40},{i % 40},{10 * Math.Sin(i * 0.2):0.00}"))];
        string full = _folder.Write("s.csv", string.Join('\n', lines) + "\n"), holes = _folder.PathOf("h.csv");
        string draws = _folder.PathOf("d.csv");
        string[] series = ["--group", "g", "--order", "t", "--quiet"];
        Done(["ampute", full, "-o", holes, "--mechanism", "blocks", "--length", "4", "--rate", "0.2", .. series]);
        Done(["impute-series", holes, "-o", draws, "--method", "linear", "--draws", "10", .. series]);
        string[] files = [.. Enumerable.Range(1, 10).Select(i => _folder.PathOf($"d-{i:00}.csv"))];
        CommandRun run = CommandRun.Of(["evaluate", "--imputed", .. files, "--truth", full, "--holes", holes, .. series]);
        Assert.Equal((ExitCode.Done, ""), (run.ExitCode, run.Error));
        Assert.DoesNotContain("undefined", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Patient,When,HR,Sex\na,2026-01-01 00:00,60,M\n", "the same ones were expected")]
    [InlineData("Patient,When,HR,Sex\n,2026-01-01 00:00,60,M\n", "line 2: the row has no value in column 'Patient'")]
    [InlineData("Patient,When,HR,Sex\na,,60,M\n", "line 2: the row has no time")]
    [InlineData("Patient,When,HR,Sex\na,2026-01-01 00:00,60,M\na,2026-01-01 00:00,61,M\n", "line 3: the row is of the same series and")]
    [InlineData("Patient,When,HR,Sex\na,2026-01-01 00:00,many,M\n", "'many' is not a number")]
    [InlineData("Patient,When,Sex\na,2026-01-01 00:00,M\n", "HR")]
    [InlineData("", "is empty")]
    public void A_filled_file_that_does_not_fit_gets_one_sentence(string filled, string sentence)
    {
        CommandRun run = Run(_folder.Write("filled.csv", filled), "--json", _folder.PathOf("m.json"));
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains(sentence, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
        Assert.False(File.Exists(_folder.PathOf("m.json")));
    }

    [Fact]
    public void Options_that_do_not_belong_together_are_refused()
    {
        CommandRun alone = CommandRun.Of("evaluate", "--imputed", _truth, "--truth", _truth, "--holes", _holes, "--group", "Patient");
        Assert.Equal(ExitCode.BadUsage, alone.ExitCode);
        Assert.Contains("--group was given without --order", alone.Error, StringComparison.Ordinal);
        CommandRun synthetic = CommandRun.Of(
            "evaluate", "--real", _truth, "--synthetic", _truth, "--test", _truth, "--label", "Sex", "--order", "When");
        Assert.Equal(ExitCode.BadUsage, synthetic.ExitCode);
        Assert.Contains("--order cannot be given with --real", synthetic.Error, StringComparison.Ordinal);
    }

    private static void Done(string[] command)
    {
        CommandRun run = CommandRun.Of(command);
        Assert.Equal((ExitCode.Done, ""), (run.ExitCode, run.Error));
    }

    private CommandRun Run(string filled, params string[] more) => CommandRun.Of(
    [
        "evaluate", "--imputed", filled, "--truth", _truth, "--holes", _holes, "--group", "Patient", "--order", "When", "--quiet", .. more,
    ]);
}
