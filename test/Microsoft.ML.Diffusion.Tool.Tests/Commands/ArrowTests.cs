using Apache.Arrow;
using Apache.Arrow.Types;
using Microsoft.ML.Diffusion.Parquet.Tests;

namespace Microsoft.ML.Diffusion.Tool.Tests.Commands;

/// <summary>Arrow files wherever CSV files go, read back with Apache.Arrow.</summary>
public sealed class ArrowTests : IDisposable
{
    private const int Rows = 200, BatchRows = 80;

    private static readonly string[] s_columns = ["age", "ward", "visit", "note"];

    private readonly ArrowFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Filling_in_keeps_types_and_observed_values_and_fills_what_it_fills_in_the_same_CSV_file()
    {
        string input = WritePatients("in.feather");
        (IReadOnlyList<Field> fields, object?[][] before, int batches) = ArrowFolder.Read(input);
        Assert.Equal(3, batches);

        Done("impute", input, "-o", _folder.PathOf("out.arrow"), "--method", "mean");

        (IReadOnlyList<Field> after, object?[][] filled, _) = ArrowFolder.Read(_folder.PathOf("out.arrow"));
        Assert.Equal(fields.Select(NameAndType), after.Select(NameAndType));
        Assert.Equal("Europe/Berlin", ((TimestampType)after[2].DataType).Timezone);
        Assert.Equal(["B", "A"], ArrowFolder.LevelsOf(_folder.PathOf("out.arrow"), "ward"));
        Assert.Equal(Rows, filled.Length);
        for (int row = 0; row < Rows; row++)
        {
            for (int column = 0; column < s_columns.Length; column++)
            {
                if (before[row][column] is { } value)
                    Assert.Equal(value, filled[row][column]);
                else
                    Assert.Equal(s_columns[column] == "note", filled[row][column] is null);
            }
        }

        Done("impute", input, "-o", _folder.PathOf("out.csv"), "--method", "mean");
        Assert.Equal(File.ReadAllText(_folder.PathOf("out.csv")), Csv(_folder.PathOf("out.arrow")));
    }

    [Fact]
    public void Parquet_goes_in_and_Arrow_out_and_back()
    {
        string input = WritePatients("in.arrow");
        string[] ampute = ["ampute", "--mechanism", "mcar", "--rate", "0"];
        Done([.. ampute, input, "-o", _folder.PathOf("a.parquet")]);
        Done([.. ampute, _folder.PathOf("a.parquet"), "-o", _folder.PathOf("b.feather")]);

        Assert.Equal(Csv(input), Csv(_folder.PathOf("b.feather")));
        Assert.Equal(
            [ArrowTypeId.Int32, ArrowTypeId.String, ArrowTypeId.Timestamp, ArrowTypeId.String],
            ArrowFolder.Read(_folder.PathOf("b.feather")).Fields.Select(field => field.DataType.TypeId));
    }

    [Fact]
    public void A_CSV_file_becomes_an_Arrow_file_of_the_types_that_its_cells_have()
    {
        File.WriteAllText(_folder.PathOf("in.csv"), "count,share,code,day,yes\r\n1,0.5,007,2024-02-29,true\r\n,1e-3,012,,FALSE\r\n");
        Done("ampute", _folder.PathOf("in.csv"), "-o", _folder.PathOf("out.feather"), "--mechanism", "mcar", "--rate", "0");

        object?[][] rows = ArrowFolder.Read(_folder.PathOf("out.feather")).Rows;
        Assert.Equal([1L, 0.5, "007", new DateTime(2024, 2, 29), true], rows[0]);
        Assert.Equal([null, 1e-3, "012", null, false], rows[1]);
    }

    [Fact]
    public void A_model_of_other_rows_may_fill_in_what_is_no_level_yet()
    {
        _folder.Write("old.arrow", ["ward", "n"], [ArrowFolder.Texts("C", "C", "C", null), ArrowFolder.Integers(1, 2, 3, 4)]);
        _folder.Write(
            "new.arrow", ["ward", "n"], [ArrowFolder.Dictionary(["B", "A"], true, 1, null, 0), ArrowFolder.Integers(1, 2, 3)]);
        Done("train", _folder.PathOf("old.arrow"), "--model", _folder.PathOf("m.zip"), "--method", "mean", "--categorical", "ward");
        Done("impute", _folder.PathOf("new.arrow"), "-o", _folder.PathOf("out.arrow"), "--model", _folder.PathOf("m.zip"));

        Assert.Equal([["A", 1], ["C", 2], ["B", 3]], ArrowFolder.Read(_folder.PathOf("out.arrow")).Rows);
        Assert.Equal(["B", "A", "C"], ArrowFolder.LevelsOf(_folder.PathOf("out.arrow"), "ward"));
    }

    [Fact]
    public void What_is_no_Arrow_file_or_holds_other_types_is_refused_in_one_sentence()
    {
        File.WriteAllText(_folder.PathOf("text.arrow"), "a,b\n1,2\n");
        File.WriteAllText(_folder.PathOf("first.feather"), "FEA1....");
        _folder.Write("bytes.arrow", ["raw"], [new BinaryArray.Builder().Append((byte)1).Build()]);

        Refused("text.arrow", "text.arrow cannot be read as an Arrow file");
        Refused("first.feather", "is a Feather file of version 1");
        Refused("bytes.arrow", "column raw holds bytes");
        Refused("none.arrow", "there is no such file");

        void Refused(string name, string expected)
        {
            CommandRun run = CommandRun.Of("describe", _folder.PathOf(name));
            Assert.Equal(ExitCode.BadInput, run.ExitCode);
            Assert.Contains(expected, run.Error, StringComparison.Ordinal);
            Assert.Single(run.Error.TrimEnd().Split('\n'));
        }
    }

    private static (string Name, ArrowTypeId Type) NameAndType(Field field) => (field.Name, field.DataType.TypeId);

    private static void Done(params string[] args)
    {
        CommandRun run = CommandRun.Of([.. args, "--quiet"]);
        Assert.Equal((ExitCode.Done, ""), (run.ExitCode, run.Error));
    }

    /// <summary>The text that the command line makes of a file.</summary>
    private static string Csv(string path)
    {
        using var text = new StreamReader(InputFile.Open(path));
        return text.ReadToEnd();
    }

    private string WritePatients(string name)
    {
        var random = new Random(3);
        var start = new DateTimeOffset(2021, 1, 1, 0, 0, 0, TimeSpan.Zero);
        return _folder.Write(name, s_columns, [.. Enumerable.Range(0, Rows).Chunk(BatchRows).Select(rows => new IArrowArray[]
        {
            ArrowFolder.Integers([.. rows.Select(_ => Holed(random.Next(20, 70)))]),
            ArrowFolder.Dictionary(["B", "A"], true, [.. rows.Select(_ => Holed((sbyte)random.Next(2)))]),
            ArrowFolder.Fill<DateTimeOffset, TimestampArray, TimestampArray.Builder>(
                new(TimeUnit.Millisecond, "Europe/Berlin"), [.. rows.Select(row => Holed(start.AddHours(row * 7.5)))]),
            // Each is another sentence, so that nothing is learnt from them and none is filled in.
            ArrowFolder.Texts([.. rows.Select(row => row % 9 == 0 ? null : $"seen {row} times, and \"home\" after {row % 9} days; {row}")]),
        })]);

        T? Holed<T>(T value)
            where T : struct => random.Next(6) == 0 ? null : value;
    }
}
