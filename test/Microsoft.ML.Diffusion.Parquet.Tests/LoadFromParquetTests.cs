using Microsoft.ML.Data;
using Parquet;
using Parquet.Schema;

namespace Microsoft.ML.Diffusion.Parquet.Tests;

/// <summary>Parquet files as views.</summary>
public sealed class LoadFromParquetTests : IDisposable
{
    private readonly ParquetFolder _folder = new();
    private readonly MLContext _ml = new(seed: 1);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Columns_have_their_types_and_null_is_what_is_missing_there()
    {
        var day = new DateTime(2024, 2, 29, 0, 0, 0, DateTimeKind.Utc);
        var moment = new DateTime(2024, 2, 29, 23, 59, 58, 123, DateTimeKind.Utc);
        var id = Guid.Parse("9aece513-fa20-466a-828d-dd20c8037aec");
        string path = _folder.Write(
            "all.parquet",
            [
                new DataField("count", typeof(int), false), new DataField("maybe", typeof(int), true),
                new DataField("big", typeof(long), true), new DataField("sure", typeof(bool), false),
                new DataField("yes", typeof(bool), true), new DataField("single", typeof(float), true),
                new DataField("double", typeof(double), true), new DecimalDataField("price", 10, 2, isNullable: true),
                new DataField("text", typeof(string), true), new DateTimeDataField("day", DateTimeFormat.Date, isNullable: true),
                new DateTimeDataField("moment", DateTimeFormat.Timestamp, false, DateTimeTimeUnit.Micros, true),
                new DataField("id", typeof(Guid), true),
            ],
            [
                [
                    new[] { 1, 2 }, new int?[] { 3, null }, new long?[] { 1L << 40, null },
                    new[] { true, false }, new bool?[] { false, true },
                    new float?[] { 1.5f, null }, new double?[] { 2.25, null }, new decimal?[] { 9.99m, null }, new[] { "Oulu", null },
                    new DateTime?[] { day, null }, new DateTime?[] { moment, null }, new Guid?[] { id, null },
                ],
            ]);

        IDataView rows = _ml.Data.LoadFromParquet(path);

        Assert.Equal(2, rows.GetRowCount());
        Assert.Equal([1, 2], rows.GetColumn<int>("count"));
        Assert.Equal([3, double.NaN], rows.GetColumn<double>("maybe"));
        Assert.Equal([1L << 40, double.NaN], rows.GetColumn<double>("big"));
        Assert.Equal([true, false], rows.GetColumn<bool>("sure"));
        Assert.Equal(["false", "true"], Texts(rows, "yes"));
        IDataView labels = _ml.Transforms.Conversion.ConvertType("yes", outputKind: DataKind.Boolean).Fit(rows).Transform(rows);
        Assert.Equal([false, true], labels.GetColumn<bool>("yes"));
        Assert.Equal([1.5f, float.NaN], rows.GetColumn<float>("single"));
        Assert.Equal([2.25, double.NaN], rows.GetColumn<double>("double"));
        Assert.Equal([9.99, double.NaN], rows.GetColumn<double>("price"));
        Assert.Equal(["Oulu", ""], Texts(rows, "text"));
        Assert.Equal([day, DateTime.MinValue], rows.GetColumn<DateTime>("day"));
        Assert.Equal([moment, DateTime.MinValue], rows.GetColumn<DateTime>("moment"));
        Assert.Equal([id.ToString(), ""], Texts(rows, "id"));
    }

    [Fact]
    public void A_folder_is_one_table_of_its_files_in_the_order_of_their_names()
    {
        Numbers("b.parquet", [3, 4], [5]);
        Numbers("a.parquet", [1], [2]);
        Numbers("_draft.parquet", [100]);
        File.WriteAllText(_folder.PathOf("_SUCCESS"), "");

        IDataView rows = _ml.Data.LoadFromParquet(_folder.Path);

        Assert.Equal(5, rows.GetRowCount());
        Assert.Equal([1, 2, 3, 4, 5], rows.GetColumn<double>("x"));
    }

    [Fact]
    public void Cursors_are_independent_of_each_other_and_of_the_thread_they_run_on()
    {
        int[][] groups = [.. Enumerable.Range(0, 20).Select(group => Enumerable.Range(group * 50, 50).ToArray())];
        IDataView rows = _ml.Data.LoadFromParquet(Numbers("many.parquet", groups));
        double[] expected = [.. Enumerable.Range(0, 1000).Select(i => (double)i)];
        var read = new double[8][];

        Parallel.For(0, read.Length, i => read[i] = [.. rows.GetColumn<double>("x")]);

        Assert.All(read, values => Assert.Equal(expected, values));
        using DataViewRowCursor first = rows.GetRowCursor(rows.Schema), second = rows.GetRowCursor(rows.Schema);
        first.MoveNext();
        second.MoveNext();
        second.MoveNext();
        Assert.Equal(0, Value(first));
        Assert.Equal(1, Value(second));
    }

    [Fact]
    public async Task A_row_group_is_read_when_it_is_needed_and_a_column_only_when_it_is_asked_for()
    {
        string path = Numbers("damaged.parquet", Enumerable.Range(0, 4000).ToArray(), Enumerable.Range(4000, 4000).ToArray());
        // The second group's values become nonsense; the description of the file, at its end, stays.
        long second;
        await using (ParquetReader reader = await ParquetReader.CreateAsync(path))
            second = reader.Metadata!.RowGroups[1].Columns[0].MetaData!.DataPageOffset;
        byte[] bytes = await File.ReadAllBytesAsync(path);
        bytes.AsSpan((int)second, 64).Fill(0xA5);
        await File.WriteAllBytesAsync(path, bytes);
        IDataView rows = _ml.Data.LoadFromParquet(path);

        Assert.Equal(Enumerable.Range(0, 4000).Select(i => (double)i), rows.GetColumn<double>("x").Take(4000));
        var e = Assert.Throws<InvalidDataException>(() => rows.GetColumn<double>("x").Count());
        Assert.Contains(path, e.Message, StringComparison.Ordinal);
        using DataViewRowCursor none = rows.GetRowCursor([]);
        int count = 0;
        while (none.MoveNext())
            count++;
        Assert.Equal(8000, count);
    }

    [Fact]
    public void Only_the_columns_that_are_named_are_in_the_view()
    {
        string path = _folder.Write(
            "three.parquet",
            [new DataField("a", typeof(int), true), new DataField("b", typeof(byte[]), true), new DataField("c", typeof(string), true)],
            []);

        Assert.Equal(["c", "a"], _ml.Data.LoadFromParquet(path, ["c", "a"]).Schema.Select(column => column.Name));
        Assert.Contains("column b holds bytes", Refusal(path), StringComparison.Ordinal);
        Assert.Contains(
            "no column d; one of a, b, c", Assert.Throws<InvalidDataException>(() => _ml.Data.LoadFromParquet(path, ["d"])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_table_of_Parquet_is_refused_in_one_sentence()
    {
        File.WriteAllText(_folder.PathOf("text.parquet"), "age,ward\n1,A\n");
        Assert.Contains("text.parquet cannot be read as a Parquet file", Refusal(_folder.PathOf("text.parquet")), StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => _ml.Data.LoadFromParquet(_folder.PathOf("absent.parquet")));
        using var empty = new ParquetFolder();
        Assert.Contains("has no files that end in .parquet", Refusal(empty.Path), StringComparison.Ordinal);
        using var mixed = new ParquetFolder();
        mixed.Write("1.parquet", [new DataField("x", typeof(int), true)], [[new int?[] { 1 }]]);
        mixed.Write("2.parquet", [new DataField("x", typeof(double), true)], [[new double?[] { 1 }]]);
        Assert.Contains("has column x of Double where", Refusal(mixed.Path), StringComparison.Ordinal);
    }

    private static string[] Texts(IDataView rows, string column) =>
        [.. rows.GetColumn<ReadOnlyMemory<char>>(column).Select(text => text.ToString())];

    private static double Value(DataViewRowCursor cursor)
    {
        double value = 0;
        cursor.GetGetter<double>(cursor.Schema["x"])(ref value);
        return value;
    }

    private string Numbers(string name, params int[][] groups) => _folder.Write(
        name, [new DataField("x", typeof(int), true)], [.. groups.Select(group => new Array[] { group.Select(x => (int?)x).ToArray() })]);

    private string Refusal(string path) => Assert.Throws<InvalidDataException>(() => _ml.Data.LoadFromParquet(path)).Message;
}
