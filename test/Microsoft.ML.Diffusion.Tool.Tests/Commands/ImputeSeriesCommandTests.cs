using System.Globalization;
using System.Text;
using Microsoft.ML.Diffusion.Series.Methods;

namespace Microsoft.ML.Diffusion.Tool.Tests.Commands;

public sealed class ImputeSeriesCommandTests : IDisposable
{
    private const string Ward = """
        Patient,When,HR,Lactate,Sex,Age
        p1,2026-01-01 00:00,80,1.5,M,61
        p1,2026-01-01 01:00,,1.7,M,61

        p1,2026-01-01 03:00,90,,M,61
        p2,2026-01-01 00:30,"70",NA,F,55
        p2,2026-01-01 02:30, ,2.0,F,55
        p1,2026-01-02 06:00,,,M,61
        p2,2026-01-01 01:30,74,1.0,F,55
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Cells_are_filled_by_real_distances_and_every_other_byte_stays()
    {
        string input = _folder.Write("in.csv", "\uFEFF" + Ward.ReplaceLineEndings("\r\n"));
        Done(Run(input, "out.csv", "--group", "Patient", "--order", "When", "--static", "Age,Sex", "--na", "NA", "--method", "linear"));
        string expected = Ward
            .Replace("01:00,,", "01:00,83,", StringComparison.Ordinal).Replace("90,,", "90,1.7,", StringComparison.Ordinal)
            .Replace("\"70\",NA", "\"70\",1.0", StringComparison.Ordinal).Replace("02:30, ,", "02:30, 74,", StringComparison.Ordinal)
            .Replace("06:00,,,", "06:00,90,1.7,", StringComparison.Ordinal);
        Assert.Equal("\uFEFF" + expected.ReplaceLineEndings("\r\n"), Encoding.UTF8.GetString(File.ReadAllBytes(_folder.PathOf("out.csv"))));
    }

    [Fact]
    public void Longer_gaps_stay_missing_and_a_saved_model_writes_the_same_bytes()
    {
        string input = _folder.Write("in.csv", Ward), model = _folder.PathOf("m.zip");
        Done(Run(input, "out.csv", "--group", "Patient", "--order", "When", "--static", "Sex", "--na", "NA", "--method", "linear",
            "--max-gap", "24", "--save", model));
        Assert.Contains("p1,2026-01-02 06:00,,,M,61", File.ReadAllText(_folder.PathOf("out.csv")), StringComparison.Ordinal);
        Done(Run(input, "again.csv", "--model", model, "--na", "NA"));
        Assert.Equal(File.ReadAllBytes(_folder.PathOf("out.csv")), File.ReadAllBytes(_folder.PathOf("again.csv")));
        Done(Run(input, "all.csv", "--model", model, "--na", "NA", "--max-gap", "1000"));
        Assert.DoesNotContain(",,", File.ReadAllText(_folder.PathOf("all.csv")), StringComparison.Ordinal);
    }

    [Fact]
    public void An_engine_is_for_methods_that_train_one_network_and_must_be_there()
    {
        string input = _folder.Write("in.csv", Ward);
        CommandRun linear = With("linear", "managed"), missing = With("csdi", "torchsharp");
        Assert.Equal(ExitCode.BadUsage, linear.ExitCode);
        Assert.Equal("mldiffusion: --engine is for methods that train one network; linear is none.\n", linear.Error);
        Assert.Equal(ExitCode.BadUsage, missing.ExitCode);
        Assert.Contains("package Microsoft.ML.Diffusion.TorchSharp", missing.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.PathOf("out.csv")));

        CommandRun With(string method, string engine) =>
            Run(input, "out.csv", "--group", "Patient", "--order", "When", "--static", "Age,Sex", "--na", "NA", "--method", method, "--engine", engine);
    }

    [Fact]
    public void Dates_timestamps_and_numbers_as_times_fill_alike_and_a_causal_filling_never_looks_ahead()
    {
        string[] days = ["2026-03-01", "2026-03-02", "2026-03-05"];
        string dates = _folder.Write("d.csv", Rows(days)), epochs = _folder.Write("n.csv", Rows(["0", "24", "96"]));
        Done(Run(dates, "d-out.csv", "--order", "t", "--method", "linear"));
        Done(Run(epochs, "n-out.csv", "--order", "t", "--method", "linear"));
        Assert.Equal(["10", "20", "50"], Cells("d-out.csv"));
        Assert.Equal(["10", "20", "50"], Cells("n-out.csv"));
        Done(Run(epochs, "c-out.csv", "--order", "t", "--method", "linear", "--causal"));
        Assert.Equal(["10", "10", "50"], Cells("c-out.csv"));

        string Rows(string[] times) => $"t,x\n{times[0]},10\n{times[2]},50\n{times[1]},\n";
        string[] Cells(string name) => [.. File.ReadLines(_folder.PathOf(name)).Skip(1)
            .Select(line => line.Split(',')[1]).Order(StringComparer.Ordinal)];
    }

    [Fact]
    public void Draws_are_files_of_their_own_and_the_same_seed_writes_the_same_bytes()
    {
        string input = _folder.Write("in.csv", Ward);
        string[] common = ["--group", "Patient", "--order", "When", "--na", "NA", "--method", "forward", "--draws", "2"];
        Done(Run(input, "a.csv", [.. common, "--seed", "3"]));
        Done(Run(input, "b.csv", [.. common, "--seed", "3"]));
        Done(Run(input, "c.csv", [.. common, "--seed", "4"]));
        Assert.Equal(Bytes("a-1.csv"), Bytes("b-1.csv"));
        Assert.Equal(Bytes("a-2.csv"), Bytes("b-2.csv"));
        Assert.NotEqual(Bytes("a-1.csv"), Bytes("a-2.csv"));
        Assert.NotEqual(Bytes("a-1.csv"), Bytes("c-1.csv"));

        byte[] Bytes(string name) => File.ReadAllBytes(_folder.PathOf(name));
    }

    [Theory]
    [InlineData(",", ".")]
    [InlineData(";", ",")]
    public void Intervals_are_columns_at_the_end_with_values_where_a_cell_was_filled(string separator, string mark)
    {
        string config = _folder.Write("quick.json", """{ "steps": 3 }""");
        string rows = string.Concat(Enumerable.Range(0, 200).Select(i => string.Join(
            separator, i, (i % 4 == 1 ? "" : $"{50 + i % 9}.5").Replace(".", mark, StringComparison.Ordinal), $"n{i}") + "\n"));
        string input = _folder.Write("in.csv", $"t{separator}x{separator}note\n{rows}");
        Done(Run(input, "out.csv", "--order", "t", "--method", "smoother", "--config", config, "--intervals"));
        string[][] lines = [.. File.ReadLines(_folder.PathOf("out.csv")).Select(line => line.Split(separator))];
        Assert.Equal(["t", "x", "note", "x.Lower", "x.Upper", "x.StandardDeviation"], lines[0]);
        for (int i = 0; i < 200; i++)
        {
            string[] cells = lines[i + 1];
            Assert.Equal((6, $"n{i}"), (cells.Length, cells[2]));
            if (i % 4 != 1)
            {
                Assert.Equal(["", "", ""], cells[3..]);
                continue;
            }
            double[] numbers = [.. cells[3..].Select(cell => double.Parse(cell.Replace(',', '.'), CultureInfo.InvariantCulture))];
            Assert.True(numbers[0] <= numbers[1] && numbers[2] > 0);
            Assert.Equal(mark == ",", cells[1].Contains(',', StringComparison.Ordinal));
        }
    }

    public static TheoryData<string[], int, string> Refusals => new()
    {
        { ["--group", "Patent", "--order", "When"], ExitCode.BadInput, "column 'Patent', which --group names; did you mean Patient?" },
        { ["--group", "Patient", "--order", "Then"], ExitCode.BadInput, "column 'Then', which --order names; did you mean When?" },
        { ["--group", "Patient", "--order", "When", "--static", "Six"], ExitCode.BadInput, "which --static names; did you mean Sex?" },
        { ["--group", "Patient"], ExitCode.BadUsage, "--order is missing" },
        { ["--order", "When"], ExitCode.BadInput, "and --group where rows belong to several series." },
        { ["--group", "HR", "--order", "When"], ExitCode.BadInput, "line 3: the row has no value in column 'HR', which names its series." },
        { ["--group", "Patient", "--order", "HR"], ExitCode.BadInput, "line 3: the row has no time: column 'HR' is missing." },
        { ["--group", "Patient", "--order", "Sex"], ExitCode.BadInput, "line 2, column Sex: 'M' is not a number" },
        { ["--order", "When", "--mode", "draw", "--intervals"], ExitCode.BadUsage, "--intervals are about the best guess" },
        { ["--order", "When", "--max-gap", "0"], ExitCode.BadUsage, "--max-gap is '0'" },
        { ["--order", "When", "--model", "m.zip"], ExitCode.BadUsage, "--order cannot be given with --model." },
        { ["--group", "Patient", "--order", "When", "--intervals"], ExitCode.BadInput, "cannot tell how sure it is" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void Bad_input_is_one_sentence_and_writes_nothing(string[] options, int code, string sentence)
    {
        string rows = options.Contains("Patient", StringComparer.Ordinal) || options.Contains("HR", StringComparer.Ordinal)
            ? Ward : Ward.Replace("00:30", "01:00", StringComparison.Ordinal);
        string input = _folder.Write("in.csv", rows);
        CommandRun run = Run(input, "out.csv", [.. options, .. options.Contains("--model") ? (string[])[] : ["--method", "linear"]]);
        Assert.Equal(code, run.ExitCode);
        Assert.Contains(sentence, run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.PathOf("out.csv")));
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("g,t,x\n", "has a header and no rows")]
    [InlineData("g,t,x\na,1,2\n,2,\n", "line 3: the row has no value in column 'g', which names its series.")]
    [InlineData("g,t,x\na,1,2\na,NaN,\n", "line 3: the row has no time: column 't' is missing.")]
    [InlineData("g,t,x\na,1,\na,2,\n", "has no column of numbers or categories beside t.")]
    [InlineData("g,t,x\na,1,2\na,2,1e999\n", "line 3")]
    public void A_file_that_holds_no_series_is_refused_in_one_sentence(string rows, string sentence)
    {
        foreach (string method in (string[])["linear", "blend"])
        {
            string[] options = ["--group", "g", "--order", "t", "--numeric", "x", "--method", method];
            CommandRun run = Run(_folder.Write("in.csv", rows), "out.csv", options);
            Assert.Equal(ExitCode.BadInput, run.ExitCode);
            Assert.Contains(sentence, run.Error, StringComparison.Ordinal);
            Assert.Single(run.Error.TrimEnd().Split('\n'));
            Assert.False(File.Exists(_folder.PathOf("out.csv")));
        }
    }

    [Theory]
    [InlineData("blend")]
    [InlineData("gp-vae")]
    [InlineData("csdi")]
    [InlineData("saits")]
    [InlineData("brits")]
    [InlineData("smoother")]
    [InlineData("gaussian-process")]
    [InlineData("linear")]
    public void A_series_of_one_step_and_words_among_numbers_are_filled_or_refused_like_any_other(string method)
    {
        string input = _folder.Write("in.csv", "g,t,x,y\na,1,2,3\nb,5,,4\n");
        Done(Run(input, "out.csv", "--group", "g", "--order", "t", "--method", method, "--max-time", "5"));
        Assert.DoesNotContain(",,", File.ReadAllText(_folder.PathOf("out.csv")), StringComparison.Ordinal);
        string words = _folder.Write("words.csv", "g,t,x\na,1,2\na,2,high\na,3,\n");
        CommandRun run = Run(words, "words-out.csv", "--group", "g", "--order", "t", "--numeric", "x", "--method", method);
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("line 3, column x: 'high' is not a number", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_time_twice_is_told_by_its_lines()
    {
        string input = _folder.Write("in.csv", Ward.Replace("p2,2026-01-01 01:30", "p2,2026-01-01 00:30", StringComparison.Ordinal));
        CommandRun run = Run(input, "out.csv", "--group", "Patient", "--order", "When", "--method", "mean");
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("in.csv, line 9: the row is of the same series and time as line 6;", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_of_tables_is_refused()
    {
        string input = _folder.Write("in.csv", "t,x\n" + string.Concat(Enumerable.Range(0, 40).Select(i =>
            string.Create(CultureInfo.InvariantCulture, $"{i * 0.5},{(i % 3 == 0 ? "" : $"{i % 7}.5")}\n"))));
        string model = _folder.PathOf("t.zip");
        Done(CommandRun.Of("train", input, "--model", model, "--method", "mean", "--quiet"));
        CommandRun run = Run(input, "out.csv", "--model", model);
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("one of DiffusionImputeSeries was expected", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_method_is_known_by_its_name()
    {
        Assert.All(SeriesImputationMethods.All, method => Assert.Same(method, SeriesImputationMethods.Find(method.Name)));
        string input = _folder.Write("in.csv", Ward);
        Assert.Contains("where", Run(input, "out.csv", "--order", "When", "--method", "median").Error, StringComparison.Ordinal);
    }

    private static void Done(CommandRun run) => Assert.Equal((ExitCode.Done, string.Empty), (run.ExitCode, run.Error));

    private CommandRun Run(string input, string output, params string[] options) =>
        CommandRun.Of(["impute-series", input, "-o", _folder.PathOf(output), "--quiet", .. options]);
}
