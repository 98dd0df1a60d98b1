using System.Text;

namespace Microsoft.ML.Diffusion.Tool.Tests.Commands;

/// <summary>A file that is filled in by processes that know nothing of each other is one file in the end.</summary>
public sealed class ImputeShardTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model;
    private readonly string _input;

    public ImputeShardTests()
    {
        string quick = _folder.Write(
            "quick.json", """{ "epochs": 2, "networks": 1, "width": 16, "blocks": 1, "diffusionSteps": 10, "samplingSteps": 3 }""");
        _input = _folder.Write("in.csv", Table("id,age,income,ward\r\n"));
        _model = _folder.PathOf("m.zip");
        Done(CommandRun.Of("train", _input, "--model", _model, "--config", quick, "--quiet"));
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(3)]
    [InlineData(500, "--mode", "draw")]
    [InlineData(3, "--draw", "2", "--seed", "7")]
    public void Parts_put_together_are_the_bytes_of_one_run(int parts, params string[] more)
    {
        Done(Impute(_input, "whole.csv", more));
        // More parts than rows are tried by few processes: those of the ends and some between.
        int rows = File.ReadLines(_input).Count(line => line.Contains(',', StringComparison.Ordinal)) - 1;
        Assert.InRange(rows, 200, 499);
        string[] texts = [.. Shards(parts).Select(part =>
        {
            Done(Impute(_input, "parts", [.. more, "--shard", $"{part}/{parts}"]));
            return File.ReadAllText(_folder.PathOf($"parts/part-{part:D5}-of-{parts:D5}.csv"));
        })];
        string whole = File.ReadAllText(_folder.PathOf("whole.csv"));
        string header = whole[..(whole.IndexOf('\n', StringComparison.Ordinal) + 1)];
        Assert.All(texts, text => Assert.StartsWith(header, text, StringComparison.Ordinal));
        if (parts > 3)
        {
            Assert.All(texts, text => Assert.Contains(text[header.Length..], whole, StringComparison.Ordinal));
            return;
        }

        Done(CommandRun.Of("gather", _folder.PathOf("parts"), "-o", _folder.PathOf("gathered.csv"), "--quiet"));
        Assert.Equal(whole, File.ReadAllText(_folder.PathOf("gathered.csv")));
    }

    [Fact]
    public void A_file_without_rows_or_of_blank_lines_is_put_together_too()
    {
        foreach (string text in (string[])["id,age,income,ward", "id,age,income,ward\n\n\n", "id,age,income,ward\n\nA,,1,\n\n\nB,2,,x\n\n"])
        {
            string input = _folder.Write("few.csv", text);
            Done(Impute(input, "whole.csv"));
            for (int part = 1; part <= 5; part++)
                Done(Impute(input, "few", "--shard", $"{part}/5"));
            Done(CommandRun.Of("gather", _folder.PathOf("few"), "-o", _folder.PathOf("gathered.csv"), "--quiet"));
            Assert.Equal(File.ReadAllBytes(_folder.PathOf("whole.csv")), File.ReadAllBytes(_folder.PathOf("gathered.csv")));
            Directory.Delete(_folder.PathOf("few"), recursive: true);
        }
    }

    [Fact]
    public void A_part_that_is_whole_stays_and_one_of_another_run_is_refused()
    {
        Done(Impute(_input, "parts", "--shard", "1/2", "--mode", "draw"));
        DateTime then = File.GetLastWriteTimeUtc(_folder.PathOf("parts/part-00001-of-00002.csv"));
        Done(Impute(_input, "parts", "--shard", "1/2", "--mode", "draw"));
        Assert.Equal(then, File.GetLastWriteTimeUtc(_folder.PathOf("parts/part-00001-of-00002.csv")));
        foreach (string other in (string[])["--mode expectation", "--draw 2", "--draw 1 --id id", "--mode draw --seed 2"])
        {
            CommandRun run = Impute(_input, "parts", ["--shard", "1/2", .. other.Split(' ')]);
            Assert.Equal(ExitCode.BadInput, run.ExitCode);
            Assert.Contains("is a part of another run", run.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Draws_of_a_file_that_was_split_before_are_those_of_the_whole_by_row_number_or_by_id()
    {
        string[] lines = File.ReadAllLines(_input);
        string first = _folder.Write("first.csv", string.Concat(lines[..101].Select(line => line + "\r\n")));
        string second = _folder.Write("second.csv", string.Concat(lines[..1].Concat(lines[101..]).Select(line => line + "\r\n")));
        int before = lines[1..101].Count(line => line.Length > 0);
        foreach (string[] way in (string[][])[["--first-row", $"{before + 1}"], ["--id", "id"]])
        {
            string[] more = ["--draws", "2", .. way[0] == "--id" ? way : []];
            Done(Impute(_input, "whole.csv", more));
            Done(Impute(first, "a.csv", more));
            Done(Impute(second, "b.csv", ["--draws", "2", .. way]));
            foreach (int draw in (int[])[1, 2])
            {
                string[] together = [.. Rows($"a-{draw}.csv"), .. Rows($"b-{draw}.csv")];
                Assert.Equal(Rows($"whole-{draw}.csv"), together, StringComparer.Ordinal);
            }
        }

        Done(Impute(second, "wrong.csv", "--mode", "draw"));
        Assert.NotEqual(Rows("whole-1.csv")[before..], Rows("wrong.csv"));
        string[] Rows(string name) => [.. File.ReadLines(_folder.PathOf(name)).Skip(1).Where(line => line.Length > 0)];
    }

    [Theory]
    [InlineData("mcar")]
    [InlineData("mcar-row")]
    [InlineData("mcar-column")]
    [InlineData("mar")]
    [InlineData("mnar")]
    public void Parts_of_which_cells_are_hidden_are_the_bytes_of_one_run(string mechanism)
    {
        string[] ampute = ["ampute", _input, "--mechanism", mechanism, "--rate", "0.3", "--quiet", "-o"];
        Done(CommandRun.Of([.. ampute, _folder.PathOf("whole.csv")]));
        for (int part = 1; part <= 3; part++)
            Done(CommandRun.Of([.. ampute, _folder.PathOf("parts"), "--shard", $"{part}/3"]));
        Done(CommandRun.Of("gather", _folder.PathOf("parts"), "-o", _folder.PathOf("gathered.csv"), "--quiet"));
        string whole = File.ReadAllText(_folder.PathOf("whole.csv"));
        Assert.NotEqual(File.ReadAllText(_input), whole);
        Assert.Equal(whole, File.ReadAllText(_folder.PathOf("gathered.csv")));
    }

    [Theory]
    [InlineData("--shard 1/2 --draws 3", "--draws cannot be given with --shard; --draw 1, --draw 2 and so on was expected")]
    [InlineData("--draw 1 --draws 3", "--draw cannot be given with --draws")]
    [InlineData("--draw 1 --mode expectation", "--draw asks for draws")]
    [InlineData("--shard 3/2", "--shard is '3/2', part 3, where a part from 1 to 2 was expected")]
    public void What_does_not_go_together_is_refused(string options, string sentence)
    {
        CommandRun run = Impute(_input, "out", options.Split(' '));
        Assert.Equal(ExitCode.BadUsage, run.ExitCode);
        Assert.Contains(sentence, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_id_that_is_not_there_is_told()
    {
        CommandRun run = Impute(_input, "out.csv", "--mode", "draw", "--id", "idd");
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("has no column 'idd', which --id names; did you mean id", run.Error, StringComparison.Ordinal);
        run = Impute(_folder.Write("empty.csv", "id,age,income,ward\nA,1,2,x\n,,2,x\n"), "out.csv", "--mode", "draw", "--id", "id");
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains("line 3, column id: the row has no id", run.Error, StringComparison.Ordinal);
    }

    private static IEnumerable<int> Shards(int parts) => parts <= 3 ? Enumerable.Range(1, parts) : [1, 2, parts / 2, parts];

    private static void Done(CommandRun run) => Assert.Equal((ExitCode.Done, string.Empty), (run.ExitCode, run.Error));

    private CommandRun Impute(string input, string output, params string[] more) =>
        CommandRun.Of(["impute", input, "-o", _folder.PathOf(output), "--model", _model, "--quiet", .. more]);

    private static string Table(string header)
    {
        var random = new Random(11);
        var text = new StringBuilder(header);
        for (int row = 0; row < 300; row++)
        {
            string[] cells =
            [
                $"P-{row:D4}", random.Next(4) == 0 ? "" : $"{random.Next(20, 90)}", random.Next(4) == 0 ? "" : $"\"{random.Next(1000)}.5\"",
                random.Next(4) == 0 ? "" : random.Next(2) == 0 ? "A" : "\"B, or C\"",
            ];
            text.Append(string.Join(',', cells)).Append(row % 50 == 49 ? "\r\n\r\n" : "\r\n");
        }

        return text.ToString();
    }
}
