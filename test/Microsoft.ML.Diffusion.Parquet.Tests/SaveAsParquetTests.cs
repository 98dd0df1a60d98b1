using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Methods.MeanMode;
using Parquet.Schema;

namespace Microsoft.ML.Diffusion.Parquet.Tests;

/// <summary>Views as Parquet files.</summary>
public sealed class SaveAsParquetTests : IDisposable
{
    private readonly ParquetFolder _folder = new();
    private readonly MLContext _ml = new(seed: 1);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_read_is_written_with_the_types_and_values_that_it_had()
    {
        var moment = new DateTime(2024, 2, 29, 23, 59, 58, 123, DateTimeKind.Utc);
        DataField[] fields =
        [
            new DataField("maybe", typeof(int), true), new DataField("yes", typeof(bool), true),
            new DecimalDataField("price", 10, 2, isNullable: true),
            new DateTimeDataField("day", DateTimeFormat.Date, isNullable: true),
            new DateTimeDataField("moment", DateTimeFormat.Timestamp, true, DateTimeTimeUnit.Millis, true),
            new DataField("id", typeof(Guid), true),
            new DataField("text", typeof(string), true), new DataField("single", typeof(float), true),
        ];
        string path = _folder.Write("in.parquet", fields,
        [
            [
                new int?[] { 3, null }, new bool?[] { null, true }, new decimal?[] { 9.99m, null }, new DateTime?[] { moment.Date, null },
                new DateTime?[] { null, moment }, new Guid?[] { Guid.Empty, null }, new[] { "a", null }, new float?[] { null, 0.1f },
            ],
        ]);

        _ml.Data.SaveAsParquet(_ml.Data.LoadFromParquet(path), _folder.PathOf("out.parquet"));

        (DataField[] Fields, object?[][] Rows, int RowGroups) before = ParquetFolder.Read(path);
        (DataField[] Fields, object?[][] Rows, int RowGroups) after = ParquetFolder.Read(_folder.PathOf("out.parquet"));
        Assert.Equal(before.Fields, after.Fields);
        Assert.Equal(before.Rows, after.Rows);
        Assert.Equal(((DateTimeDataField)before.Fields[4]).Unit, ((DateTimeDataField)after.Fields[4]).Unit);
        Assert.True(((DateTimeDataField)after.Fields[4]).IsAdjustedToUTC);
    }

    [Fact]
    public void Filled_cells_of_a_column_of_whole_numbers_are_whole()
    {
        int?[] ages = [.. Enumerable.Range(0, 90).Select(i => i % 5 == 0 ? null : (int?)(20 + (i % 7)))];
        float?[] heights = [.. ages.Select(age => (float?)(age ?? 25) * 1.5f)];
        string path = _folder.Write(
            "in.parquet", [new DataField("Age", typeof(int), true), new DataField("Height", typeof(float), true)], [[ages, heights]]);
        IDataView rows = _ml.Data.LoadFromParquet(path);
        ITransformer model = _ml.Transforms.DiffusionImpute(["Age"], new() { Method = new MeanModeOptions() }).Fit(rows);

        _ml.Data.SaveAsParquet(model.Transform(rows), _folder.PathOf("out.parquet"));

        (DataField[] fields, object?[][] filled, _) = ParquetFolder.Read(_folder.PathOf("out.parquet"));
        Assert.Equal(typeof(int), fields[0].ClrType);
        for (int i = 0; i < ages.Length; i++)
        {
            if (ages[i] is { } age)
                Assert.Equal(age, filled[i][0]);
            else
                Assert.InRange((int)filled[i][0]!, 20, 26);
        }
    }

    [Fact]
    public void Missing_values_are_null_and_keys_what_they_stand_for()
    {
        IDataView rows = _ml.Data.LoadFromEnumerable<Row>(
            [new() { Number = 1, Count = 7, City = "Oulu", Flag = true }, new() { Number = float.NaN, Count = 8, City = "" }]);
        rows = _ml.Transforms.Conversion.MapValueToKey("Key", "City").Fit(rows).Transform(rows);

        _ml.Data.SaveAsParquet(rows, _folder.PathOf("out.parquet"));

        (DataField[] fields, object?[][] values, _) = ParquetFolder.Read(_folder.PathOf("out.parquet"));
        Assert.Equal(["Number", "Count", "City", "Flag", "Day", "Key"], fields.Select(field => field.Name));
        Assert.Equal([1f, 7, "Oulu", true, null, "Oulu"], values[0]);
        Assert.Equal([null, 8, null, false, null, null], values[1]);
        Assert.False(fields[1].IsNullable);
    }

    [Fact]
    public void Row_groups_are_as_large_as_asked_and_no_row_is_lost()
    {
        IDataView rows = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 25).Select(i => new Row { Count = i }));

        _ml.Data.SaveAsParquet(rows, _folder.PathOf("out.parquet"), rowGroupSize: 10);

        (_, object?[][] values, int groups) = ParquetFolder.Read(_folder.PathOf("out.parquet"));
        Assert.Equal(3, groups);
        Assert.Equal(Enumerable.Range(0, 25), values.Select(row => (int)row[1]!));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.SaveAsParquet(rows, _folder.PathOf("no.parquet"), rowGroupSize: 0));
    }

    [Fact]
    public void A_file_that_cannot_be_written_whole_leaves_nothing_behind()
    {
        using var cancel = new CancellationTokenSource();
        IDataView rows = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 100).Select(i =>
        {
            if (i == 50)
                cancel.Cancel();
            return new Row { Count = i };
        }));
        Assert.Throws<OperationCanceledException>(() => _ml.Data.SaveAsParquet(rows, _folder.PathOf("out.parquet"), 10, cancel.Token));
        IDataView vectors = _ml.Transforms.Concatenate("Features", "Number").Fit(rows).Transform(rows);
        var e = Assert.Throws<ArgumentException>(() => _ml.Data.SaveAsParquet(vectors, _folder.PathOf("out.parquet")));
        Assert.Contains("Column Features holds", e.Message, StringComparison.Ordinal);

        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    private sealed class Row
    {
        public float Number { get; set; }

        public int Count { get; set; }

        public string City { get; set; } = "";

        public bool Flag { get; set; }

        public DateTime Day { get; set; }
    }
}
