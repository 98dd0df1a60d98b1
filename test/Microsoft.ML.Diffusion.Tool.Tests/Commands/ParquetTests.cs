using System.Text.Json;
using Microsoft.ML.Diffusion.Parquet.Tests;
using Parquet.Schema;

namespace Microsoft.ML.Diffusion.Tool.Tests.Commands;

/// <summary>Parquet files wherever CSV files go, read back with Parquet.Net.</summary>
public sealed class ParquetTests : IDisposable
{
    private const int Rows = 240;

    private static readonly DataField[] s_fields =
    [
        new DataField("age", typeof(int), true), new DataField("weight", typeof(float), true),
        new DecimalDataField("price", 10, 2, isNullable: true),
        new DataField("smoker", typeof(bool), true), new DataField("ward", typeof(string), true),
        new DateTimeDataField("visit", DateTimeFormat.Date, isNullable: true),
        new DateTimeDataField("at", DateTimeFormat.Timestamp, false, DateTimeTimeUnit.Micros, true),
        new DataField("note", typeof(string), true),
        new DataField("number", typeof(int), false),
    ];

    // What a text may hold that CSV has to quote, and what it could lose.
    private static readonly string?[] s_notes = ["a, b", "say \"hi\"", "two\nlines", " blanks ", "", null, "007", "ä€", "'", ";"];

    private readonly ParquetFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Filling_in_keeps_types_and_observed_values_and_fills_what_it_fills_in_the_same_CSV_file()
    {
        string input = WritePatients("in.parquet");
        (DataField[] fields, object?[][] before, _) = ParquetFolder.Read(input);

        Done("impute", input, "-o", _folder.PathOf("out.parquet"), "--method", "mean");

        (DataField[] after, object?[][] filled, _) = ParquetFolder.Read(_folder.PathOf("out.parquet"));
        Assert.Equal(fields, after);
        Assert.Equal(Rows, filled.Length);
        for (int row = 0; row < Rows; row++)
        {
            for (int column = 0; column < fields.Length; column++)
            {
                bool isNote = fields[column].Name == "note";
                if (before[row][column] is { } value)
                    Assert.Equal(value, filled[row][column]);
                else
                    Assert.Equal(isNote, filled[row][column] is null);
            }

            // Days are whole days, and prices have as many decimals as the column.
            Assert.Equal(TimeSpan.Zero, ((DateTime)filled[row][5]!).TimeOfDay);
        }

        Done("impute", input, "-o", _folder.PathOf("out.csv"), "--method", "mean");
        Done("impute", Csv(input, "same.csv"), "-o", _folder.PathOf("same-out.csv"), "--method", "mean");
        Assert.Equal(File.ReadAllText(_folder.PathOf("same-out.csv")), File.ReadAllText(_folder.PathOf("out.csv")));
        Assert.Equal(File.ReadAllText(_folder.PathOf("out.csv")), File.ReadAllText(Csv(_folder.PathOf("out.parquet"), "back.csv")));
    }

    [Fact]
    public void Hidden_cells_are_null_and_a_column_that_could_not_be_null_may_be()
    {
        Done("ampute", WritePatients("in.parquet"), "-o", _folder.PathOf("holes.parquet"), "--mechanism", "mcar", "--rate", "0.3");

        (DataField[] fields, object?[][] rows, _) = ParquetFolder.Read(_folder.PathOf("holes.parquet"));
        Assert.Equal(ParquetFolder.Read(_folder.PathOf("in.parquet")).Fields.Select(NameAndType), fields.Select(NameAndType));
        Assert.All(fields, field => Assert.True(field.IsNullable));
        Assert.InRange(rows.Count(row => row[8] is null), Rows / 5, Rows / 2);
    }

    [Fact]
    public void Made_rows_have_the_types_of_the_file_and_augmented_ones_its_rows_too()
    {
        string input = WritePatients("in.parquet");
        string quick = Quick();
        Done("synthesize", input, "-o", _folder.PathOf("made.parquet"), "--rows", "50", "--config", quick, "--label", "ward");
        Done("augment", input, "-o", _folder.PathOf("more.parquet"), "--rows", "10", "--config", quick, "--label", "ward");

        (DataField[] fields, object?[][] made, _) = ParquetFolder.Read(_folder.PathOf("made.parquet"));
        Assert.Equal(50, made.Length);
        Assert.Equal(ParquetFolder.Read(input).Fields.Select(NameAndType), fields.Select(NameAndType));
        Assert.All(made, row => Assert.Contains((string?)row[4], (string?[])["A", "B", null]));
        Assert.All(made.Where(row => row[0] is not null), row => Assert.InRange((int)row[0]!, 20, 69));
        object?[][] more = ParquetFolder.Read(_folder.PathOf("more.parquet")).Rows;
        Assert.Equal(ParquetFolder.Read(input).Rows, more[..Rows]);
        Assert.Equal(Rows + 10, more.Length);
    }

    [Fact]
    public void A_model_of_one_file_fills_a_folder_of_files_and_the_rows_come_in_their_order()
    {
        string model = _folder.PathOf("m.zip");
        Done("train", WritePatients("in.parquet"), "--model", model, "--method", "mean");
        Directory.CreateDirectory(_folder.PathOf("new"));
        WritePatients("new/part-2.parquet", from: 100, to: Rows);
        WritePatients("new/part-1.parquet", from: 0, to: 100);

        Done("impute", _folder.PathOf("new"), "-o", _folder.PathOf("parts.parquet"), "--model", model);
        Done("impute", _folder.PathOf("in.parquet"), "-o", _folder.PathOf("whole.parquet"), "--model", model);

        Assert.Equal(ParquetFolder.Read(_folder.PathOf("whole.parquet")).Rows, ParquetFolder.Read(_folder.PathOf("parts.parquet")).Rows);
    }

    [Fact]
    public void Describe_finds_the_roles_of_the_same_CSV_file()
    {
        string input = WritePatients("in.parquet");
        Done("describe", input, "--json", _folder.PathOf("parquet.json"));
        Done("describe", Csv(input, "same.csv"), "--json", _folder.PathOf("csv.json"));

        Assert.Equal(Columns("csv.json"), Columns("parquet.json"));

        string Columns(string name) =>
            JsonDocument.Parse(File.ReadAllText(_folder.PathOf(name))).RootElement.GetProperty("columns").ToString();
    }

    [Fact]
    public void A_CSV_file_becomes_a_Parquet_file_of_the_types_that_its_cells_have()
    {
        File.WriteAllText(_folder.PathOf("in.csv"), "count,share,code,day,at,yes,name,none\r\n" +
            "1,0.5,007,2024-02-29,2024-02-29 10:00:00,true,x,\r\n,1e-3,012,,2024-03-01T00:00:00.5,FALSE,\"a, b\",\r\n");
        // Nothing can be learnt of two rows, and nothing has to be.
        Done("ampute", _folder.PathOf("in.csv"), "-o", _folder.PathOf("out.parquet"), "--mechanism", "mcar", "--rate", "0");

        (DataField[] fields, object?[][] rows, _) = ParquetFolder.Read(_folder.PathOf("out.parquet"));
        Assert.Equal(
            [1L, 0.5, "007", new DateTime(2024, 2, 29), new DateTime(2024, 2, 29, 10, 0, 0), true, "x", null], rows[0]);
        Assert.Equal([null, 1e-3, "012", null, new DateTime(2024, 3, 1, 0, 0, 0, 500), false, "a, b", null], rows[1]);
        Assert.Equal(DateTimeFormat.Date, ((DateTimeDataField)fields[3]).DateTimeFormat);
    }

    [Fact]
    public void Columns_that_are_added_have_types_of_their_own()
    {
        string input = WritePatients("in.parquet");
        Done("impute", input, "-o", _folder.PathOf("long.parquet"), "--draws", "2", "--long", "--method", "gaussian");

        (DataField[] fields, object?[][] rows, _) = ParquetFolder.Read(_folder.PathOf("long.parquet"));
        Assert.Equal([".imp", ".id", .. s_fields.Select(field => field.Name)], fields.Select(field => field.Name));
        Assert.Equal(typeof(int), fields[2].ClrType);
        Assert.Equal(
            Enumerable.Range(0, 2 * Rows).Select(i => ((long)(i / Rows) + 1, (long)(i % Rows) + 1)),
            rows.Select(row => ((long)row[0]!, (long)row[1]!)));
    }

    [Fact]
    public void Parts_of_a_Parquet_file_are_gathered_as_one()
    {
        string input = WritePatients("in.parquet");
        string[] ampute = ["ampute", input, "--mechanism", "mcar", "--rate", "0.2"];
        Done([.. ampute, "-o", _folder.PathOf("whole.csv")]);
        for (int part = 1; part <= 3; part++)
            Done([.. ampute, "-o", _folder.PathOf("parts"), "--shard", $"{part}/3"]);
        Done("gather", _folder.PathOf("parts"), "-o", _folder.PathOf("gathered.csv"));
        Done("gather", _folder.PathOf("parts"), "-o", _folder.PathOf("gathered.parquet"));

        Assert.Equal(File.ReadAllText(_folder.PathOf("whole.csv")), File.ReadAllText(_folder.PathOf("gathered.csv")));
        Assert.Equal(Rows, ParquetFolder.Read(_folder.PathOf("gathered.parquet")).Rows.Length);
    }

    [Fact]
    public void Evaluate_reads_Parquet_files()
    {
        string real = WritePatients("real.parquet", from: 0, to: 120), other = WritePatients("other.parquet", from: 120, to: Rows);
        CommandRun run = CommandRun.Of(
            "evaluate", "--real", real, "--synthetic", real, "--test", other, "--label", "ward", "--json", _folder.PathOf("m.json"),
            "--quiet");

        Assert.Equal((ExitCode.Done, ""), (run.ExitCode, run.Error));
        Assert.Equal(1, JsonDocument.Parse(File.ReadAllText(_folder.PathOf("m.json"))).RootElement
            .GetProperty("privacy").GetProperty("exactCopies").GetDouble());
    }

    [Theory]
    [InlineData("no Parquet file", "cannot be read as a Parquet file")]
    [InlineData(null, "there is no such file")]
    public void What_is_no_Parquet_file_is_refused_in_one_sentence(string? text, string expected)
    {
        string input = _folder.PathOf("wrong.parquet");
        if (text is not null)
            File.WriteAllText(input, text);
        CommandRun run = CommandRun.Of("describe", input);

        Assert.Equal(ExitCode.BadInput, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
    }

    private static (string Name, Type Type) NameAndType(DataField field) => (field.Name, field.ClrType);

    private static void Done(params string[] args)
    {
        CommandRun run = CommandRun.Of([.. args, "--quiet"]);
        Assert.Equal((ExitCode.Done, ""), (run.ExitCode, run.Error));
    }

    private string Quick()
    {
        File.WriteAllText(_folder.PathOf("quick.json"), """{ "steps": 60, "width": 16, "blocks": 1, "batchSize": 32 }""");
        return _folder.PathOf("quick.json");
    }

    /// <summary>The text that the command line makes of a Parquet file.</summary>
    private string Csv(string parquet, string name)
    {
        using (Stream text = InputFile.Open(parquet))
        using (FileStream file = File.Create(_folder.PathOf(name)))
            text.CopyTo(file);
        return _folder.PathOf(name);
    }

    private string WritePatients(string name, int from = 0, int to = Rows)
    {
        var random = new Random(3);
        (int? Age, float? Weight, bool? Smoker, string? Ward, int Day)[] all = [.. Enumerable.Range(0, Rows).Select(_ =>
        {
            (int age, bool smoker) = (random.Next(20, 70), random.Next(2) == 1);
            return (
                Holed(age), Holed((float)Math.Round(50 + (age * 0.3) + random.NextDouble(), 2)), Holed(smoker),
                random.Next(6) == 0 ? null : age > 45 ? "A" : "B", random.Next(1000));
        })];
        var rows = all[from..to];
        var start = new DateTime(2021, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        return _folder.Write(name, s_fields, [.. rows.Chunk(70).Select((group, g) => new Array[]
        {
            group.Select(row => row.Age).ToArray(), group.Select(row => row.Weight).ToArray(),
            group.Select(row => row.Age is { } age ? (decimal?)(age * 1.25m) : null).ToArray(), group.Select(row => row.Smoker).ToArray(),
            group.Select(row => row.Ward!).ToArray(),
            group.Select(row => row.Day % 7 == 0 ? (DateTime?)null : start.AddDays(row.Day)).ToArray(),
            group.Select(row => row.Day % 5 == 0 ? (DateTime?)null : start.AddDays(row.Day).AddSeconds(row.Day * 61.25)).ToArray(),
            group.Select((_, i) => Note(from + (g * 70) + i)!).ToArray(),
            group.Select(row => (row.Day * 7) % 90).ToArray(),
        })]);

        // Each is another sentence, so that nothing is learnt from them and none is filled in.
        static string? Note(int row) => s_notes[row % s_notes.Length] is { Length: > 0 } note
            ? $"{note} was seen {row} times on the ward, and could go home after {row % 9} days; a letter was sent on {row} {note}"
            : s_notes[row % s_notes.Length];

        T? Holed<T>(T value)
            where T : struct => random.Next(6) == 0 ? null : value;
    }
}
