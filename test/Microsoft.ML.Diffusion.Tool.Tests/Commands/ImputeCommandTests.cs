using System.Globalization;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Tool.Columns;
using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.Tests.Commands;

public sealed class ImputeCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _quick;

    public ImputeCommandTests() => _quick = _folder.Write("quick.json", """{ "epochs": 2, "networks": 1, "width": 16, "blocks": 1, "diffusionSteps": 10, "samplingSteps": 3 }""");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("\uFEFFage;ward;dose;id\r\n30;\"A\";1,50;x1\r\n\r\n;B ;2,25;x2\r\n41; ?;;x3\r\n52;\"B\";0,75;\r\n38;;1,00;x5", "?")]
    [InlineData("n\tt\n\"1\"\ta\n\"\"\tb\n\"3\"\t\n\"4\"\ta\n", "NA")]
    [InlineData("a,b\r5,x\r,y\r7,\r", "NA")]
    public void Every_missing_cell_is_filled_and_every_other_byte_stays(string text, string mark)
    {
        string input = _folder.Write("in.csv", text);
        CommandRun run = Impute(input, "out.csv", "--na", mark);
        Assert.Equal((ExitCode.Done, string.Empty), (run.ExitCode, run.Error));
        CsvDocument filled = AssertObservedBytesStay(input, _folder.PathOf("out.csv"), new MissingMarks(mark));
        Assert.Equal(0, CountMissing(filled, new MissingMarks(mark)));
    }

    [Fact]
    public void Numbers_are_filled_in_with_the_decimals_of_their_column_and_within_its_range()
    {
        string input = _folder.Write("in.csv", "whole,price,t\n" + string.Concat(Enumerable.Range(0, 60).Select(i => string.Create(CultureInfo.InvariantCulture, $"{(i % 4 == 0 ? "" : i)},{(i % 5 == 0 ? "" : $"{i * 0.25:F2}")},{(i % 7 == 0 ? "" : i < 30 ? "low" : "high")}\n"))));
        Assert.Equal(ExitCode.Done, Impute(input, "out.csv", "--mode", "draw").ExitCode);
        foreach (string[] cells in File.ReadLines(_folder.PathOf("out.csv")).Skip(1).Select(line => line.Split(',')))
        {
            Assert.Matches("^[0-9]+$", cells[0]);
            Assert.Matches("^[0-9]+\\.[0-9][0-9]$", cells[1]);
            Assert.InRange(double.Parse(cells[0], CultureInfo.InvariantCulture), 1, 59);
            Assert.InRange(double.Parse(cells[1], CultureInfo.InvariantCulture), 0.25, 14.75);
            Assert.Contains(cells[2], (string[])["low", "high"], StringComparer.Ordinal);
        }
    }

    [Fact]
    public void Whole_numbers_with_a_decimal_of_zero_stay_whole_however_few_there_are()
    {
        string input = _folder.Write("in.csv", "x,state\n" + string.Concat(Enumerable.Range(0, 60).Select(i =>
            string.Create(CultureInfo.InvariantCulture, $"{i * 37 % 60},{(i % 4 == 0 ? "" : $"{i * 37 % 60 / 20}.0")}\n"))));
        Assert.Equal(ExitCode.Done, Impute(input, "out.csv").ExitCode);
        Assert.All(File.ReadLines(_folder.PathOf("out.csv")).Skip(1), line => Assert.Matches(@",[012]\.0$", line));
    }

    [Fact]
    public void The_same_seed_writes_the_same_bytes_and_draws_differ()
    {
        string input = Ampute();
        Assert.Equal(ExitCode.Done, Impute(input, "draw.csv.gz", "--draws", "1", "--seed", "7").ExitCode);
        Assert.Equal(ExitCode.Done, Impute(input, "all.csv.gz", "--draws", "3", "--seed", "7").ExitCode);
        byte[][] files = [.. new[] { "draw.csv.gz", "all-1.csv.gz", "all-2.csv.gz", "all-3.csv.gz" }.Select(name => File.ReadAllBytes(_folder.PathOf(name)))];
        Assert.Equal(files[0], files[1]);
        Assert.NotEqual(files[1], files[2]);
        Assert.NotEqual(files[2], files[3]);
        Assert.False(File.Exists(_folder.PathOf("all.csv.gz")));
    }

    [Fact]
    public void A_model_file_fills_in_new_rows_as_the_training_itself_does()
    {
        string input = Ampute();
        string model = Train(input);
        Assert.Equal(ExitCode.Done, Impute(input, "direct.csv").ExitCode);
        Assert.Equal(ExitCode.Done, CommandRun.Of("impute", input, "-o", _folder.PathOf("later.csv"), "--model", model).ExitCode);
        Assert.Equal(File.ReadAllBytes(_folder.PathOf("direct.csv")), File.ReadAllBytes(_folder.PathOf("later.csv")));
    }

    [Fact]
    public void A_model_file_is_the_same_for_the_same_seed()
    {
        string input = Ampute();
        Assert.Equal(File.ReadAllBytes(Train(input, "a.zip")), File.ReadAllBytes(Train(input, "b.zip")));
    }

    [Fact]
    public void A_model_fills_in_rows_that_have_more_columns_in_another_order()
    {
        string model = Train(_folder.Write("train.csv", "n,c\n1.5,a\n2.5,b\n,a\n3.5,\n"));
        string input = _folder.Write("new.csv", "note;c;n\nx;;2,0\n;zebra;\n");
        CommandRun run = CommandRun.Of("impute", input, "-o", _folder.PathOf("out.csv"), "--model", model);
        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Contains("Column c has 1 cells with categories that the model does not know", run.Error, StringComparison.Ordinal);
        Assert.Matches("^note;c;n\nx;[ab];2,0\n;zebra;[123],[0-9]\n$", File.ReadAllText(_folder.PathOf("out.csv")));
    }

    [Fact]
    public void The_second_file_is_the_second_draw_of_the_transformer()
    {
        Pair[] rows = [.. Enumerable.Range(0, 40).Select(i => new Pair { A = i % 3 == 0 ? double.NaN : i / 4.0, B = i % 5 == 0 ? double.NaN : i / 8.0 })];
        string input = _folder.Write("in.csv", "A,B\n" + string.Concat(rows.Select(r => string.Create(CultureInfo.InvariantCulture, $"{(double.IsNaN(r.A) ? "" : r.A.ToString("F9", CultureInfo.InvariantCulture))},{(double.IsNaN(r.B) ? "" : r.B)}\n"))));
        string model = Train(input);
        Assert.Equal(ExitCode.Done, CommandRun.Of("impute", input, "-o", _folder.PathOf("out.csv"), "--model", model, "--draws", "2", "--seed", "5").ExitCode);

        var ml = new MLContext();
        ITransformer loaded = ml.Model.Load(model, out _);
        var transformer = loaded as DiffusionImputeTransformer ?? (DiffusionImputeTransformer)((IEnumerable<ITransformer>)loaded).Single();
        IDataView filled = transformer.WithMode(ImputationMode.Draw, draw: 1, seed: 5).Transform(ml.Data.LoadFromEnumerable(rows));
        IEnumerable<double> expected = ml.Data.CreateEnumerable<Pair>(filled, reuseRowObject: false).Select(r => r.A);
        IEnumerable<double> written = File.ReadLines(_folder.PathOf("out-2.csv")).Skip(1).Select(line => double.Parse(line.Split(',')[0], CultureInfo.InvariantCulture));
        Assert.All(expected.Zip(written), x => Assert.Equal(Math.Clamp(x.First, 0.25, 9.5), x.Second, tolerance: 1e-8));
    }

    [Fact]
    public void A_model_file_is_plain_ML_NET()
    {
        ITransformer model = new MLContext().Model.Load(Train(Ampute()), out DataViewSchema schema);
        Assert.Contains("Cell.size", schema.Select(c => c.Name), StringComparer.Ordinal);
        Assert.True(model.IsRowToRowMapper);
    }

    [Theory]
    [InlineData("n\n1\n", "lacks column c of the model")]
    [InlineData("n,c\nmany,a\n", "line 2, column n: 'many' is not a number; the model")]
    public void A_file_that_does_not_fit_the_model_is_refused_in_one_sentence(string text, string sentence)
    {
        string model = Train(_folder.Write("train.csv", "n,c\n1.5,a\n2.5,b\n,a\n3.5,\n"));
        AssertRefused(CommandRun.Of("impute", _folder.Write("new.csv", text), "-o", _folder.PathOf("out.csv"), "--model", model), sentence);
    }

    [Fact]
    public void A_file_that_is_no_model_is_refused_in_one_sentence()
    {
        string input = _folder.Write("in.csv", "n,c\n1.5,a\n2.5,b\n,a\n3.5,\n");
        AssertRefused(CommandRun.Of("impute", input, "-o", _folder.PathOf("out.csv"), "--model", input), "in.csv cannot be used as a model: ");
        string model = Train(input);
        File.WriteAllBytes(model, File.ReadAllBytes(model)[..^200]);
        AssertRefused(CommandRun.Of("impute", input, "-o", _folder.PathOf("out.csv"), "--model", model), "m.zip cannot be used as a model: ");
        AssertRefused(CommandRun.Of("impute", input, "-o", _folder.PathOf("out.csv"), "--model", _folder.PathOf("none.zip")), "none.zip: there is no such file.");
    }

    [Theory]
    [InlineData("a,b\n", "in.csv has a header and no rows; at least one was expected to learn from.")]
    [InlineData("a,b\n,\n,\n", "in.csv has no column of numbers or categories to learn from.")]
    public void A_table_with_nothing_to_learn_from_is_refused_in_one_sentence(string text, string sentence) =>
        AssertRefused(CommandRun.Of("train", _folder.Write("in.csv", text), "--model", _folder.PathOf("m.zip")), sentence);

    [Theory]
    [InlineData("a,b\n1,\n", "a,b\n1,\n")]
    [InlineData("a\n4\n\"\"\n4\n", "a\n4\n4\n4\n")]
    [InlineData("a,b\n5,x\n5,\n,x\n", "a,b\n5,x\n5,x\n5,x\n")]
    [InlineData("a,b\n1,2\n", "a,b\n1,2\n")]
    [InlineData("a,b\n", "a,b\n")]
    public void One_row_one_column_constants_empty_columns_and_complete_tables_work(string text, string filled)
    {
        CommandRun run = Impute(_folder.Write("in.csv", text), "out.csv");
        Assert.Equal((ExitCode.Done, string.Empty), (run.ExitCode, run.Error));
        Assert.Equal(filled, File.ReadAllText(_folder.PathOf("out.csv")));
    }

    [Fact]
    public void Predictor_columns_from_the_configuration_are_not_filled()
    {
        string config = _folder.Write("predictors.json", """{ "epochs": 2, "networks": 1, "predictorColumns": ["b"] }""");
        string input = _folder.Write("in.csv", "a,b\n1,2\n,3\n4,\n");
        Assert.Equal(ExitCode.Done, CommandRun.Of("impute", input, "-o", _folder.PathOf("out.csv"), "--config", config).ExitCode);
        Assert.Matches("^a,b\n1,2\n[1-4],3\n4,\n$", File.ReadAllText(_folder.PathOf("out.csv")));
        File.WriteAllText(config, """{ "predictorColumns": ["bb"] }""");
        AssertRefused(CommandRun.Of("impute", input, "-o", _folder.PathOf("out.csv"), "--config", config), "which PredictorColumns names; did you mean b or a?");
    }

    [UnixFact]
    public void Interrupted_in_its_training_it_ends_with_130_and_leaves_nothing()
    {
        string input = Ampute();
        string config = _folder.Write("slow.json", """{ "epochs": 100000, "validationShare": 0 }""");
        ToolProcess.AssertInterruptedLeavesNothing(_folder, "impute", input, "-o", _folder.PathOf("out.csv"), "--config", config);
    }

    [RealDataFact("wine_quality_red.csv")]
    [Trait("Category", "RealData")]
    public void A_real_table_with_holes_is_filled_and_its_observed_bytes_stay()
    {
        string input = _folder.PathOf("holes.csv.gz");
        Assert.Equal(ExitCode.Done, CommandRun.Of("ampute", RealData.PathOf("wine_quality_red.csv"), "-o", input, "--mechanism", "mcar", "--rate", "0.2").ExitCode);
        Assert.Equal(ExitCode.Done, Impute(input, "out.csv").ExitCode);
        Assert.Equal(0, CountMissing(AssertObservedBytesStay(input, _folder.PathOf("out.csv"), new MissingMarks()), new MissingMarks()));
    }

    private static void AssertRefused(CommandRun run, string sentence)
    {
        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Matches("^(Warning: [^\n]+\n)*mldiffusion: [^\n]+\n$", run.Error);
        Assert.Contains(sentence, run.Error, StringComparison.Ordinal);
    }

    private static int CountMissing(CsvDocument document, MissingMarks marks) => Enumerable
        .Range(0, document.RowCount)
        .Sum(row => Enumerable.Range(0, document.ColumnCount).Count(column => marks.IsMissing(document, row, column)));

    private string Ampute()
    {
        string path = _folder.PathOf("holes.csv");
        Assert.Equal(ExitCode.Done, CommandRun.Of("ampute", RealData.Shipped("breast_cancer.csv"), "-o", path, "--mechanism", "mcar", "--rate", "0.1", "--quiet").ExitCode);
        return path;
    }

    private string Train(string input, string model = "m.zip")
    {
        CommandRun run = CommandRun.Of("train", input, "--model", _folder.PathOf(model), "--config", _quick, "--quiet");
        Assert.Equal((ExitCode.Done, string.Empty), (run.ExitCode, run.Error));
        return _folder.PathOf(model);
    }

    private CommandRun Impute(string input, string output, params string[] more) =>
        CommandRun.Of(["impute", input, "-o", _folder.PathOf(output), "--quiet", "--config", _quick, .. more]);

    /// <summary>Puts the input's missing cells back into the output, which must give the input.</summary>
    private static CsvDocument AssertObservedBytesStay(string input, string output, MissingMarks marks)
    {
        CsvDocument before = CsvDocument.Read(input);
        CsvDocument after = CsvDocument.Read(output);
        Assert.Equal((before.RowCount, before.ColumnCount), (after.RowCount, after.ColumnCount));
        var back = new List<CellEdit>();
        for (int row = 0; row < before.RowCount; row++)
        {
            for (int column = 0; column < before.ColumnCount; column++)
            {
                if (marks.IsMissing(before, row, column))
                    back.Add(new CellEdit(row, column, before.Raw(row, column).ToArray()));
            }
        }

        Assert.Equal(Csv.CsvDocumentTests.Written(before), Csv.CsvDocumentTests.Written(after, [.. back]));
        return after;
    }

    private sealed class Pair
    {
        public double A { get; set; }

        public double B { get; set; }
    }
}
