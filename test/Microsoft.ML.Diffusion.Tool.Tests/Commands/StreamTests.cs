using System.Globalization;
using System.Text;
using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.Tests.Commands;

/// <summary>Rows that come through a pipe are filled in with a model as they come.</summary>
public sealed class StreamTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model;
    private readonly string _input;

    public StreamTests()
    {
        string quick = _folder.Write(
            "quick.json", """{ "epochs": 2, "networks": 1, "width": 16, "blocks": 1, "diffusionSteps": 10, "samplingSteps": 3 }""");
        _input = _folder.Write("in.csv", "id;age;income;ward\n" + Rows(400));
        _model = _folder.PathOf("m.zip");
        CommandRun run = CommandRun.Of("train", _input, "--model", _model, "--config", quick, "--quiet");
        Assert.Equal((ExitCode.Done, string.Empty), (run.ExitCode, run.Error));
    }

    private string Impute => $"{ToolProcess.CommandLine} impute - --model '{_model}' -o -";

    public void Dispose() => _folder.Dispose();

    [UnixFact]
    public void What_comes_through_a_pipe_is_filled_as_the_file_is_with_and_without_header_and_notes_go_to_standard_error()
    {
        string whole = _folder.PathOf("whole.csv"), piped = _folder.PathOf("piped.csv"), bare = _folder.PathOf("bare.csv");
        CommandRun run = CommandRun.Of("impute", _input, "--model", _model, "-o", whole, "--mode", "draw", "--quiet");
        Assert.Equal(ExitCode.Done, run.ExitCode);
        (int code, string error) = Shell.Run($"cat '{_input}' | {Impute} --mode draw > '{piped}'");
        Assert.Equal(ExitCode.Done, code);
        Assert.Contains("standard output: ", error, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllText(whole), File.ReadAllText(piped));
        // As Spark's pipe() does: rows alone, and for some tasks none at all.
        (code, error) = Shell.Run($"tail -n +2 '{_input}' | {Impute} --mode draw --no-header --quiet > '{bare}'");
        Assert.Equal((ExitCode.Done, string.Empty), (code, error));
        Assert.Equal(string.Concat(File.ReadLines(whole).Skip(1).Select(line => line + "\n")), File.ReadAllText(bare));
        (code, error) = Shell.Run($": | {Impute} --no-header --quiet > '{bare}'");
        Assert.Equal((ExitCode.Done, string.Empty), (code, error));
        Assert.Empty(File.ReadAllText(bare));
    }

    [UnixFact]
    public void A_block_is_written_before_the_next_one_comes_and_a_mistake_that_comes_late_is_told_with_its_line()
    {
        string first = _folder.PathOf("first.csv"), out1 = _folder.PathOf("out.csv");
        int rows = 1 + (2 * CsvBlocks.DefaultBlockBytes / "P-0001;34;1.5;A\n".Length);
        File.WriteAllText(first, "id;age;income;ward\n" + string.Concat(Enumerable.Repeat("P-0001;34;1,5;A\n", rows)));
        // The input goes on only once some of the output is there.
        (int code, string error) = Shell.Run(
            $"(cat '{first}'; for i in $(seq 200); do [ -s '{out1}' ] && break; sleep 0.1; done; " +
            $"[ -s '{out1}' ] && echo 'P-1;old;;A') | {Impute} --quiet > '{out1}'");
        Assert.Equal(ExitCode.BadInput, code);
        Assert.Contains(
            $"standard input, line {rows + 2}, column age: 'old' is not a number", error, StringComparison.Ordinal);
        Assert.InRange(new FileInfo(out1).Length, CsvBlocks.DefaultBlockBytes / 2, new FileInfo(first).Length);
    }

    [Fact]
    public void A_file_without_header_has_the_columns_of_the_model_by_position_and_their_number_is_checked()
    {
        string bare = _folder.Write("bare.csv", "P-1;;1,5;A\nP-2;40;;B\n"), output = _folder.PathOf("out.csv");
        CommandRun run = CommandRun.Of("impute", bare, "--model", _model, "-o", output, "--no-header", "--quiet", "--separator", ";");
        Assert.Equal((ExitCode.Done, string.Empty), (run.ExitCode, run.Error));
        string[] lines = File.ReadAllLines(output);
        Assert.Matches("^P-1;[0-9]+;1,5;A$", lines[0]);
        Assert.Matches("^P-2;40;[0-9]+,[0-9]+;B$", lines[1]);
        string narrow = _folder.Write("narrow.csv", "1;2\n");
        run = CommandRun.Of("impute", narrow, "--model", _model, "-o", output, "--no-header", "--separator", ";");
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains(
            "has 2 cells in its first row, and no header; a cell for each of id, age, income, ward was expected", run.Error,
            StringComparison.Ordinal);
        run = CommandRun.Of("impute", bare, "--model", _model, "-o", output, "--no-header", "--header", "yes");
        Assert.Equal(ExitCode.BadUsage, run.ExitCode);
    }

    [UnixTheory]
    [InlineData("utf-16", "")]
    [InlineData("windows-1252", "")]
    [InlineData("windows-1252", "| gzip")]
    public void A_stream_in_another_encoding_or_packed_is_read(string encoding, string pack)
    {
        string input = _folder.PathOf("other.csv"), whole = _folder.PathOf("whole.csv"), piped = _folder.PathOf("piped.csv");
        File.WriteAllText(input, "id;age;income;ward;nom\n" + Rows(50, ";é"), Encoding.GetEncoding(encoding));
        Assert.Equal(ExitCode.Done, CommandRun.Of("impute", input, "--model", _model, "-o", whole).ExitCode);
        (int code, _) = Shell.Run($"cat '{input}' {pack} | {Impute} > '{piped}'");
        Assert.Equal(ExitCode.Done, code);
        Assert.Equal(File.ReadAllBytes(whole), File.ReadAllBytes(piped));
    }

    private static string Rows(int count, string more = "")
    {
        var random = new Random(2);
        return string.Concat(Enumerable.Range(0, count).Select(row =>
        {
            string age = random.Next(4) == 0 ? "" : random.Next(20, 90).ToString(CultureInfo.InvariantCulture);
            string income = random.Next(4) == 0 ? "" : $"{random.Next(1000)},{random.Next(1, 10)}";
            return $"P-{row:D4};{age};{income};{(random.Next(4) == 0 ? "" : random.Next(2) == 0 ? "A" : "B")}{more}\n";
        }));
    }
}
