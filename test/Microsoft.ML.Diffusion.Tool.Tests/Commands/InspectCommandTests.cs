using System.Globalization;

namespace Microsoft.ML.Diffusion.Tool.Tests.Commands;

public sealed class InspectCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_tells_what_a_model_that_fills_in_does_with_which_columns()
    {
        string model = Train("--method", "gaussian");

        string text = Inspect(model);

        Assert.StartsWith($"{model}: fills in missing values of tables, ", text, StringComparison.Ordinal);
        Assert.Contains("(gaussian)", text, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^ward +category +filled +south, north$", text);
        Assert.Matches(@"(?m)^admitted +date +filled +2024-01-01 to ", text);
        Assert.Contains("Relations that every row keeps:\n  double = 2 * dose", text, StringComparison.Ordinal);
    }

    [Fact]
    public void It_tells_the_members_of_a_best_guess_and_their_weights()
    {
        string model = Train("--config", _folder.Write("short.json", """{ "members": "Gaussian, Neighbors" }"""));

        string text = Inspect(model);

        Assert.Matches(@"  gaussian: \d+ % of numbers, \d+ % of categories", text);
        Assert.Contains("Intervals: yes, calibrated.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void It_tells_what_a_model_that_makes_rows_was_trained_with()
    {
        string model = Train("--for", "synthesize", "--config", _folder.Write("short.json", """{ "steps": 20, "width": 16 }"""));

        string text = Inspect(model);

        Assert.Contains("makes rows of tables", text, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^ward +category +made +south, north$", text);
    }

    [Fact]
    public void It_tells_the_variables_and_the_direction_of_a_model_of_series()
    {
        string model = _folder.PathOf("series.zip");
        string table = _folder.Write("series.csv", "patient,hour,hr\n" + string.Join('\n', Enumerable.Range(0, 60)
            .Select(i => $"p{i / 20},{i % 20},{(i % 7 == 0 ? "" : (70 + (i % 5)).ToString(CultureInfo.InvariantCulture))}")));
        CommandRun saved = CommandRun.Of(
            "impute-series", table, "-o", _folder.PathOf("out.csv"), "--group", "patient", "--order", "hour", "--method", "linear",
            "--save", model);
        Assert.Equal((0, ""), (saved.ExitCode, saved.ExitCode == 0 ? "" : saved.Error));

        string text = Inspect(model);

        Assert.Contains("Series: patient. Times: hour.", text, StringComparison.Ordinal);
        Assert.Contains("Variables: hr", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_model_is_refused_in_one_sentence()
    {
        CommandRun run = CommandRun.Of("inspect", _folder.Write("t.zip", "a,b\n1,2\n"));

        Assert.Equal(1, run.ExitCode);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
        Assert.Contains("cannot be used as a model", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("imput", "there is no command 'imput'; did you mean impute")]
    [InlineData("sintesize", "did you mean synthesize?")]
    [InlineData("inspekt", "did you mean inspect?")]
    public void A_command_that_is_not_there_is_answered_with_the_near_ones(string command, string answer)
    {
        CommandRun run = CommandRun.Of(command, "t.csv");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(answer, run.Error, StringComparison.Ordinal);
    }

    private string Train(params string[] more)
    {
        string model = _folder.PathOf("m.zip");
        string table = _folder.Write("t.csv", "ward,dose,double,admitted\n" + string.Join('\n', Enumerable.Range(0, 200).Select(i =>
        {
            string day = new DateOnly(2024, 1, 1).AddDays(i * 37 % 180).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            int dose = 10 + (i * 7 % 44);
            return $"{(i % 3 == 0 ? "north" : "south")},{dose},{2 * dose},{(i % 9 == 4 ? "" : day)}";
        })));
        CommandRun run = CommandRun.Of(["train", table, "--model", model, "--seed", "1", .. more]);
        Assert.True(run.ExitCode == 0, run.Error);
        return model;
    }

    private static string Inspect(string model)
    {
        CommandRun run = CommandRun.Of("inspect", model);
        Assert.True(run.ExitCode == 0, run.Error);
        return run.Output.ReplaceLineEndings("\n");
    }
}
