using System.Globalization;
using System.IO.Compression;
using System.Text;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Tool.Columns;
using Microsoft.ML.Diffusion.Tool.Csv;
using Microsoft.ML.Diffusion.Tool.Imputation;
using Microsoft.ML.Diffusion.Tool.Terminal;
using Microsoft.ML.Diffusion.Tool.Tests.Commands;

namespace Microsoft.ML.Diffusion.Tool.Tests.Imputation;

/// <summary>A file that is filled in with a model block by block.</summary>
public sealed class FillingInBlocksTests : IDisposable
{
    private const int Rows = 400;

    private readonly TemporaryFolder _folder = new();
    private readonly string _model;

    public FillingInBlocksTests()
    {
        string quick = _folder.Write(
            "quick.json", """{ "epochs": 2, "networks": 1, "width": 16, "blocks": 1, "diffusionSteps": 10, "samplingSteps": 3 }""");
        string train = _folder.Write("train.csv", Table("\n", last: ""));
        _model = _folder.PathOf("m.zip");
        CommandRun run = CommandRun.Of("train", train, "--model", _model, "--config", quick, "--quiet");
        Assert.Equal((ExitCode.Done, string.Empty), (run.ExitCode, run.Error));
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("\n", "", false, ImputationMode.Expectation)]
    [InlineData("\r\n", "\uFEFF", false, ImputationMode.Draw)]
    [InlineData("\r\n", "", true, ImputationMode.Draw)]
    public void The_output_is_the_same_whatever_the_blocks(string lineEnd, string mark, bool isPacked, ImputationMode mode)
    {
        // No line ends the last row.
        byte[] bytes = Encoding.UTF8.GetBytes(mark + Table(lineEnd, last: "")[..^lineEnd.Length]);
        string input = _folder.PathOf(isPacked ? "in.csv.gz" : "in.csv");
        using (FileStream file = File.Create(input))
        using (Stream packed = isPacked ? new GZipStream(file, CompressionLevel.Fastest) : file)
            packed.Write(bytes);
        byte[] whole = Fill(input, mode, 1 << 24, out long filled);
        Assert.InRange(filled, 100, Rows * 3);
        Assert.NotEqual(bytes, whole);
        foreach (int blockBytes in (int[])[200, 1 << 10, 1777, 1 << 14])
        {
            Assert.Equal(whole, Fill(input, mode, blockBytes, out long again));
            Assert.Equal(filled, again);
        }
    }

    [Fact]
    public void A_category_is_spelt_as_the_file_first_spells_it_though_that_comes_later()
    {
        string rows = string.Concat(Enumerable.Repeat("1.5,,\n", 60)) + "2.5,\"low, or less\",\n2.5,\"high\",\n2.5,high,\n";
        string input = _folder.Write("late.csv", "n,c,t\n" + rows);
        CsvDocument filled = CsvDocument.Parse(Fill(input, ImputationMode.Draw, 64, out _), "filled.csv");
        string[] cells = [.. Enumerable.Range(0, 60).Select(row => Encoding.UTF8.GetString(filled.Raw(row, 1)))];
        string[] spelt = ["\"low, or less\"", "\"high\"", "\"two\nlines \"\"q\"\"\""];
        Assert.All(cells, cell => Assert.Contains(cell, spelt, StringComparer.Ordinal));
        Assert.Contains("\"high\"", cells, StringComparer.Ordinal);
    }

    [Fact]
    public void Numbers_have_the_decimal_mark_of_the_file_though_that_comes_later()
    {
        string input = _folder.Write("late.csv", "n;c;t\n" + string.Concat(Enumerable.Repeat(";high;\n", 60)) + "2,75;high;\n");
        string filled = Encoding.UTF8.GetString(Fill(input, ImputationMode.Draw, 64, out _));
        string[] cells = [.. filled.Split('\n').Skip(1).Take(60).Select(line => line.Split(';')[0])];
        Assert.All(cells, cell => Assert.Matches("^[0-9]+,[0-9]+$", cell));
    }

    [Theory]
    [InlineData("many,high,2020-01-01", "line 12002, column n: 'many' is not a number; the model")]
    [InlineData("1.5,high,2020-99-01", "line 12002, column t: '2020-99-01' is not a date written as yyyy-MM-dd; the model")]
    [InlineData("inf,high,2020-01-01", "line 12002, column n: 'inf' is not finite")]
    [InlineData("1.5,high", "line 12002: 2 cells between ',' where the header names 3; it ends before column t.")]
    public void A_mistake_in_the_last_row_of_a_long_file_is_told_with_its_line_and_leaves_no_output(string row, string sentence)
    {
        string input = _folder.Write("in.csv", "n,c,t\n" + string.Concat(Enumerable.Repeat("1.5,,2020-01-01\n", 12_000)) + row + "\n");
        string[] before = [.. _folder.Files];
        CommandRun run = CommandRun.Of("impute", input, "-o", _folder.PathOf("out.csv"), "--model", _model);
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains(sentence, run.Error, StringComparison.Ordinal);
        Assert.Equal(before.Order(StringComparer.Ordinal), _folder.Files.Order(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("impute")]
    [InlineData("impute", "--model")]
    public void A_word_for_missing_stays_is_told_and_counts_as_missing_with_a_model_and_without(params string[] args)
    {
        string text = Table("\n", "NA,n/a,-\n");
        string input = _folder.Write("in.csv", text);
        string[] model = args.Length > 1 ? ["--model", _model] : ["--config", _folder.PathOf("quick.json")];
        CommandRun run = CommandRun.Of(["impute", input, "-o", _folder.PathOf("out.csv"), .. model]);
        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.EndsWith("\nNA,n/a,-\n", File.ReadAllText(_folder.PathOf("out.csv")), StringComparison.Ordinal);
        foreach ((string column, string word) in (ReadOnlySpan<(string, string)>)[("n", "NA"), ("c", "n/a"), ("t", "-")])
            Assert.Contains($"'{column}' has '{word}' in 1 row; to read them as missing, give --na \"{word}\".", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("does not know", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Cancelled_while_it_fills_it_leaves_no_output()
    {
        string input = _folder.Write("in.csv", Table("\n", last: ""));
        string[] before = [.. _folder.Files.Order(StringComparer.Ordinal)];
        using var cancel = new CancellationTokenSource();
        using var error = new CancellingWriter(cancel, "Column c has 1 cells with categories");
        File.AppendAllText(input, "1.5,never seen,2020-01-01\n");
        int code = Tool.Commands.DiffusionTool.Run(
            ["impute", input, "-o", _folder.PathOf("out.csv"), "--model", _model], TextWriter.Null, error, cancel.Token);
        Assert.True(cancel.IsCancellationRequested);
        Assert.Equal(ExitCode.Interrupted, code);
        Assert.Equal(before, _folder.Files.Order(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    private static string Table(string lineEnd, string last)
    {
        var random = new Random(3);
        var text = new StringBuilder("n,c,t").Append(lineEnd);
        for (int row = 0; row < Rows; row++)
        {
            bool isHigh = random.Next(2) == 0;
            double value = (isHigh ? 40 : 10) + (10 * random.NextDouble());
            string number = random.Next(5) == 0 ? string.Empty : value.ToString("F2", CultureInfo.InvariantCulture);
            string low = random.Next(9) == 0 ? $"\"two{lineEnd}lines \"\"q\"\"\"" : "\"low, or less\"";
            string category = random.Next(6) == 0 ? " " : isHigh ? "high" : low;
            var day = new DateOnly(2020, isHigh ? 6 : 1, random.Next(1, 29));
            string date = random.Next(7) == 0 ? "\"\"" : day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            text.Append(CultureInfo.InvariantCulture, $"{number},{category},{date}").Append(lineEnd);
        }

        return text.Append(last).ToString();
    }

    private byte[] Fill(string input, ImputationMode mode, int blockBytes, out long filled)
    {
        ImputationModel model = ImputationModelFile.Read(_model);
        using CsvBlocks file = CsvBlocks.Open(input, blockBytes: blockBytes);
        ModelColumns columns = ModelColumns.Find(
            file, new MissingMarks(), model.Transformer.Model.Columns, model.Formats, "the model", isOwn: false);
        using var output = new MemoryStream();
        using var writer = new CsvWriter("out.csv", file.Encoding, append => append(output));
        (filled, _) = model.Fill(
            file, columns, mode, seed: 5, new RowsToFill(), firstDraw: 0, [writer], new QuietDisplay(), CancellationToken.None);
        writer.Finish();
        return output.ToArray();
    }

    /// <summary>Cancels as soon as something is told.</summary>
    private sealed class CancellingWriter(CancellationTokenSource cancel, string when) : StringWriter(CultureInfo.InvariantCulture)
    {
        public override void WriteLine(string? value)
        {
            if (value?.Contains(when, StringComparison.Ordinal) == true)
                cancel.Cancel();
            base.WriteLine(value);
        }
    }
}
