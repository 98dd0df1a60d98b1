using System.Globalization;
using System.Text;
using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Methods.Conditional;
using Microsoft.ML.Diffusion.Tool.Columns;
using Microsoft.ML.Diffusion.Tool.Csv;
using Microsoft.ML.Diffusion.Tool.Description;
using Microsoft.ML.Diffusion.Tool.Tests.Commands;

namespace Microsoft.ML.Diffusion.Tool.Tests.Columns;

/// <summary>What a file that is read in blocks is to a model that learns from it.</summary>
public sealed class BlockTableTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(64)]
    [InlineData(1 << 10)]
    public void Columns_and_rows_are_the_same_whatever_the_size_of_a_block(int blockBytes)
    {
        string input = _folder.Write("in.csv", Text());
        var options = new SchemaOptions(new MissingMarks("?"), [], []);
        List<string> warnings = [], expected = [];
        using CsvBlocks atOnce = CsvBlocks.Open(input, blockBytes: 1 << 20);
        BlockTable whole = BlockTable.Infer(atOnce, options, expected.Add);
        using CsvBlocks file = CsvBlocks.Open(input, blockBytes: blockBytes);
        BlockTable table = BlockTable.Infer(file, options, warnings.Add);
        Assert.Equal(expected, warnings);
        Assert.NotEmpty(warnings);
        Assert.Equal(
            whole.Columns.Select(column => (column.Name, column.Use, column.Format, column.Missing)),
            table.Columns.Select(column => (column.Name, column.Use, column.Format, column.Missing)));
        Assert.Equal(400, whole.RowCount);
        Assert.Equal(400, whole.Columns.Single(column => column.Name == "empty").Missing);
        Assert.Equal(Rows(whole.ToView()), Rows(table.ToView()));
    }

    [Fact]
    public void A_training_by_the_command_gives_the_model_that_the_estimator_gives()
    {
        string input = _folder.Write("in.csv", Text());
        string config = _folder.Write("quick.json", """{ "epochs": 2, "networks": 1, "width": 16, "blocks": 1, "diffusionSteps": 10 }""");
        string output = _folder.PathOf("m.zip");
        Assert.Equal(ExitCode.Done, CommandRun.Of("train", input, "--model", output, "--config", config, "--quiet", "--na", "?").ExitCode);
        var ml = new MLContext();
        ITransformer loaded = ml.Model.Load(output, out _);
        using CsvBlocks file = CsvBlocks.Open(input);
        BlockTable whole = BlockTable.Infer(file, new SchemaOptions(new MissingMarks("?"), [], []), _ => { });
        var method = new ConditionalOptions { Epochs = 2, Networks = 1, Width = 16, Blocks = 1, DiffusionSteps = 10 };
        var options = new DiffusionImputeEstimator.Options { Method = method, Seed = 1 };
        InputOutputColumnPair[] columns = [.. whole.UsedColumns.Select(column => new InputOutputColumnPair(column.Name))];
        DiffusionImputeTransformer expected = ml.Transforms.DiffusionImpute(columns, options).Fit(whole.ToView());
        Assert.Equal(Rows(expected.Transform(whole.ToView())), Rows(loaded.Transform(whole.ToView())));
    }

    [Fact]
    public void Patterns_of_missing_cells_are_counted_over_all_blocks()
    {
        string rows = string.Concat(Enumerable.Range(0, 300).Select(i => i % 3 == 0 ? "1,,\n" : i % 3 == 1 ? "1,2,\n" : ",2,3\n"));
        using CsvBlocks file = CsvBlocks.Open(_folder.Write("in.csv", "a,b,c\n" + rows), blockBytes: 64);
        var patterns = new MissingPatterns(new MissingCells(new MissingMarks(), []), file.ColumnNames.Count);
        foreach (CsvDocument block in file.Read())
            patterns.Add(block);
        Assert.False(patterns.IsComplete);
        Assert.Equal([("0", 100), ("2", 100), ("1 2", 100)], patterns.MostFrequent()
            .Select(pattern => (string.Join(' ', pattern.Columns), pattern.Count)));
    }

    [Fact]
    public void Of_too_many_patterns_those_that_come_late_are_counted_together()
    {
        string names = string.Join(',', Enumerable.Range(0, 18).Select(i => $"c{i}"));
        var text = new StringBuilder(names).Append('\n');
        for (int pattern = 0; pattern < 70_000; pattern++)
            text.AppendJoin(',', Enumerable.Range(0, 18).Select(i => (pattern >> i & 1) == 0 ? "1" : "")).Append('\n');
        using CsvBlocks file = CsvBlocks.Open(_folder.Write("in.csv", text.ToString()));
        var patterns = new MissingPatterns(new MissingCells(new MissingMarks(), []), file.ColumnNames.Count);
        foreach (CsvDocument block in file.Read())
            patterns.Add(block);
        Assert.Equal(65_536, patterns.MostFrequent().Sum(pattern => pattern.Count));
        Assert.Equal(70_000 - 65_536, patterns.Uncounted);
    }

    [Fact]
    public void A_description_says_which_figures_come_from_a_sample()
    {
        string few = _folder.Write("few.csv", "a,b\n" + string.Concat(Enumerable.Range(0, 200).Select(i => $"{i % 7},{i % 3}\n")));
        Assert.DoesNotContain("sample", CommandRun.Of("describe", few).Output, StringComparison.Ordinal);
        string many = _folder.Write("many.csv", "a,b\n" + string.Concat(Enumerable.Range(0, 70_000).Select(i => $"{i}.{i % 7},{i % 3}\n")));
        CommandRun run = CommandRun.Of("describe", many);
        Assert.StartsWith($"{many}: 70000 rows, 2 columns\n", run.Output, StringComparison.Ordinal);
        const string Sentence = "come from a uniform sample of\nits different values. Ranges, missing cells and patterns are counts of "
            + "all rows.\n";
        Assert.Contains(Sentence, run.Output, StringComparison.Ordinal);
    }

    private static string Text()
    {
        var random = new Random(4);
        var text = new StringBuilder("id,n,price,day,c,code,const,empty,late\r\n");
        for (int row = 0; row < 400; row++)
        {
            string number = row % 9 == 0 ? "?" : row % 50 == 7 ? "NA" : (random.Next(1000) / 8.0).ToString(CultureInfo.InvariantCulture);
            string price = row % 11 == 0 ? "" : $"\"${random.Next(1000, 9999):#,##0}.00\"";
            var date = new DateOnly(2021, random.Next(1, 13), random.Next(1, 29));
            string day = row % 13 == 0 ? "" : date.ToString("dd.MM.yyyy", CultureInfo.InvariantCulture);
            string category = row % 7 == 0 ? "" : row < 390 ? $"\"k{random.Next(4)}\"" : "rare or so";
            string late = row < 395 ? $"{row % 5}" : "x";
            text.Append(CultureInfo.InvariantCulture, $"{row + 1000},{number},{price},{day},{category},00{random.Next(9)},7,,{late}\r\n");
        }

        return text.ToString();
    }

    private static List<string> Rows(IDataView view)
    {
        var rows = new List<string>();
        using DataViewRowCursor cursor = view.GetRowCursor(view.Schema);
        Func<string>[] cells = [.. view.Schema.Where(column => !column.IsHidden).Select(column => Cell(cursor, column))];
        ValueGetter<DataViewRowId> getId = cursor.GetIdGetter();
        DataViewRowId id = default;
        while (cursor.MoveNext())
        {
            getId(ref id);
            rows.Add($"{cursor.Position} {id} {string.Join('|', cells.Select(cell => cell()))}");
        }

        return rows;
    }

    private static Func<string> Cell(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is TextDataViewType)
        {
            ValueGetter<ReadOnlyMemory<char>> getText = row.GetGetter<ReadOnlyMemory<char>>(column);
            ReadOnlyMemory<char> text = default;
            return () =>
            {
                getText(ref text);
                return text.ToString();
            };
        }

        ValueGetter<double> getNumber = row.GetGetter<double>(column);
        double number = 0;
        return () =>
        {
            getNumber(ref number);
            return number.ToString("R", CultureInfo.InvariantCulture);
        };
    }
}
