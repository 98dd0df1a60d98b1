using Apache.Arrow;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;
using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Methods.MeanMode;

namespace Microsoft.ML.Diffusion.Parquet.Tests;

/// <summary>Arrow files as views, and views as Arrow files.</summary>
public sealed class ArrowTests : IDisposable
{
    private static readonly DateTimeOffset s_moment = new(2024, 2, 29, 23, 59, 58, TimeSpan.Zero);
    private static readonly DateTimeOffset s_old = new(1931, 3, 4, 1, 2, 3, TimeSpan.Zero);

    private readonly ArrowFolder _folder = new();
    private readonly MLContext _ml = new(seed: 1);

    public static TheoryData<int> Lengths => [0, 3, 5, 6, 8, 60, 200, 400, 700];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_read_is_written_with_the_types_and_values_that_it_had()
    {
        IArrowArray[] columns = Everything();
        string[] names = [.. columns.Select((column, i) => $"c{i}")];
        string path = _folder.Write("in.arrow", names, columns, columns);

        _ml.Data.SaveAsArrow(_ml.Data.LoadFromArrow(path), _folder.PathOf("out.arrow"), batchSize: 3);

        (IReadOnlyList<Field> Fields, object?[][] Rows, int Batches) before = ArrowFolder.Read(path);
        (IReadOnlyList<Field> Fields, object?[][] Rows, int Batches) after = ArrowFolder.Read(_folder.PathOf("out.arrow"));
        Assert.Equal(before.Fields.Select(Describe), after.Fields.Select(Describe));
        Assert.Equal(before.Rows, after.Rows);
        Assert.Equal((2, 2), (before.Batches, after.Batches));
        Assert.Equal(["low", "high", "not seen"], ArrowFolder.LevelsOf(_folder.PathOf("out.arrow"), names[^1]));
    }

    [Fact]
    public void The_file_that_Parquet_takes_between_has_the_same_values()
    {
        IArrowArray[] columns = [.. Everything().SkipLast(1)];
        string path = _folder.Write("in.feather", [.. columns.Select((column, i) => $"c{i}")], columns);

        _ml.Data.SaveAsParquet(_ml.Data.LoadFromArrow(path), _folder.PathOf("between.parquet"));
        _ml.Data.SaveAsArrow(_ml.Data.LoadFromParquet(_folder.PathOf("between.parquet")), _folder.PathOf("out.feather"));

        object?[][] before = ArrowFolder.Read(path).Rows, after = ArrowFolder.Read(_folder.PathOf("out.feather")).Rows;
        Assert.Equal(before.Length, after.Length);
        Assert.Equal(before[0][..13], after[0][..13]);
        Assert.All(after[1], Assert.Null);
    }

    [Theory]
    [InlineData(CompressionCodecType.Lz4Frame)]
    [InlineData(CompressionCodecType.Zstd)]
    public void Compressed_files_are_read(CompressionCodecType codec)
    {
        int?[] numbers = [.. Enumerable.Range(0, 5_000).Select(i => i % 3 == 0 ? null : (int?)(i % 40))];
        string path = _folder.Write("in.feather", codec, ["n"], [ArrowFolder.Integers(numbers)], [ArrowFolder.Integers(numbers)]);

        Assert.True(new FileInfo(path).Length < 2 * 4 * numbers.Length, "The file is as long as one that is not compressed.");
        double[] read = [.. _ml.Data.LoadFromArrow(path).GetColumn<double>("n")];
        Assert.Equal([.. numbers, .. numbers], read.Select(value => double.IsNaN(value) ? null : (int?)value));
    }

    [Fact]
    public void Filled_cells_are_whole_numbers_and_levels_where_the_column_has_them()
    {
        int?[] ages = [.. Enumerable.Range(0, 90).Select(i => i % 5 == 0 ? null : (int?)(20 + (i % 7)))];
        sbyte?[] wards = [.. Enumerable.Range(0, 90).Select(i => i % 7 == 0 ? null : (sbyte?)(i % 3 == 0 ? 0 : 1))];
        string path = _folder.Write(
            "in.arrow", ["Age", "Ward"], [ArrowFolder.Integers(ages), ArrowFolder.Dictionary(["A", "B"], false, wards)]);
        IDataView rows = _ml.Data.LoadFromArrow(path);
        ITransformer model = _ml.Transforms.DiffusionImpute(["Age", "Ward"], new() { Method = new MeanModeOptions() }).Fit(rows);

        _ml.Data.SaveAsArrow(model.Transform(rows), _folder.PathOf("out.arrow"));

        (IReadOnlyList<Field> fields, object?[][] filled, _) = ArrowFolder.Read(_folder.PathOf("out.arrow"));
        Assert.Equal([ArrowTypeId.Int32, ArrowTypeId.Dictionary], fields.Select(field => field.DataType.TypeId));
        for (int i = 0; i < ages.Length; i++)
        {
            Assert.True(ages[i] is { } age ? age.Equals(filled[i][0]) : filled[i][0] is int, $"Row {i} has age {filled[i][0]}.");
            Assert.Equal(wards[i] == 0 ? "A" : "B", filled[i][1]);
        }
    }

    [Fact]
    public void The_files_of_a_folder_are_one_table_with_the_levels_of_all()
    {
        _folder.Write("2.feather", ["n", "d"], [ArrowFolder.Integers(2), ArrowFolder.Dictionary(["b", "c"], false, 1)]);
        _folder.Write("1.arrow", ["n", "d"], [ArrowFolder.Integers(1), ArrowFolder.Dictionary(["a", "b"], false, 0)]);
        IDataView rows = _ml.Data.LoadFromArrow(_folder.Path);
        _ml.Data.SaveAsArrow(rows, _folder.PathOf("_all.arrow"));

        Assert.Equal([[1, "a"], [2, "c"]], ArrowFolder.Read(_folder.PathOf("_all.arrow")).Rows);
        Assert.Equal(["a", "b", "c"], ArrowFolder.LevelsOf(_folder.PathOf("_all.arrow"), "d"));
        Assert.Equal([1.0, 2.0], _ml.Data.LoadFromArrow(_folder.Path, ["n"]).GetColumn<double>("n"));
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void A_file_that_is_cut_off_is_refused_in_one_sentence(int length)
    {
        byte[] whole = File.ReadAllBytes(_folder.Write("whole.arrow", ["n", "t"],
            [ArrowFolder.Integers(1, null, 3), ArrowFolder.Texts("a", null, "c")]));
        Assert.InRange(length, 0, whole.Length - 1);
        File.WriteAllBytes(_folder.PathOf("cut.arrow"), whole[..length]);

        string message = Refusal("cut.arrow");
        Assert.StartsWith($"{_folder.PathOf("cut.arrow")} cannot be read as an Arrow file: ", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void A_damaged_byte_is_refused_or_changes_values_and_nothing_else_happens()
    {
        byte[] whole = File.ReadAllBytes(_folder.Write("whole.arrow", ["n", "t", "d"],
            [ArrowFolder.Integers(1, null, 3), ArrowFolder.Texts("a", null, "c"), ArrowFolder.Dictionary(["x", "y"], false, 0, null, 1)]));
        int refused = 0;
        // Not all, for time; a step that meets each place of words of 8 bytes.
        for (int i = 0; i < whole.Length; i += 7)
        {
            byte[] damaged = [.. whole];
            damaged[i] ^= 0x81;
            File.WriteAllBytes(_folder.PathOf("damaged.arrow"), damaged);
            try
            {
                _ml.Data.SaveAsParquet(_ml.Data.LoadFromArrow(_folder.PathOf("damaged.arrow")), _folder.PathOf("out.parquet"));
            }
            catch (InvalidDataException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 20, whole.Length / 7);
    }

    [Fact]
    public void Other_types_are_refused_with_the_column_and_may_be_left_out()
    {
        var lists = new ListArray.Builder(Int32Type.Default);
        lists.Append();
        ((Int32Array.Builder)lists.ValueBuilder).Append(1);
        _folder.Write("in.arrow", ["n", "many"], [ArrowFolder.Integers(7), lists.Build()]);
        _folder.Write("bytes.arrow", ["raw"], [new BinaryArray.Builder().Append((byte)1).Build()]);

        Assert.Contains("column many holds lists; numbers, texts, dates", Refusal("in.arrow"), StringComparison.Ordinal);
        Assert.Contains("column raw holds bytes; ", Refusal("bytes.arrow"), StringComparison.Ordinal);
        Assert.Equal([7.0], _ml.Data.LoadFromArrow(_folder.PathOf("in.arrow"), ["n"]).GetColumn<double>("n"));
    }

    [Fact]
    public void A_text_that_is_no_level_is_refused()
    {
        IDataView other = _ml.Data.LoadFromArrow(_folder.Write("other.arrow", ["d"], [ArrowFolder.Texts("z", "z", null)]));
        IDataView rows = _ml.Data.LoadFromArrow(_folder.Write("in.arrow", ["d"], [ArrowFolder.Dictionary(["a", "b"], true, 0, 1, null)]));
        ITransformer model = _ml.Transforms.DiffusionImpute(["d"], new() { Method = new MeanModeOptions() }).Fit(other);

        InvalidOperationException e = Assert.Throws<InvalidOperationException>(() =>
            _ml.Data.SaveAsArrow(model.Transform(rows), _folder.PathOf("out.arrow")));
        Assert.Contains("Column d has 'z', which is none of the levels", e.Message, StringComparison.Ordinal);
        Assert.Equal(2, Directory.GetFiles(_folder.Path).Length);
    }

    private string Refusal(string name) => Assert.Throws<InvalidDataException>(() =>
        _ml.Data.LoadFromArrow(_folder.PathOf(name)).GetColumn<double>("n").ToArray()).Message;

    private static string Describe(Field field) => $"{field.Name} {field.IsNullable} {Describe(field.DataType)}";

    private static string Describe(IArrowType type) => type switch
    {
        TimestampType moment => $"timestamp {moment.Unit} {moment.Timezone}",
        TimeType time => $"{time.TypeId} {time.Unit}",
        Decimal128Type number => $"decimal {number.Precision} {number.Scale}",
        DictionaryType dictionary => $"{Describe(dictionary.IndexType)} {Describe(dictionary.ValueType)} {dictionary.Ordered}",
        _ => type.TypeId.ToString(),
    };

    /// <summary>A value and a null of each type.</summary>
    private static IArrowArray[] Everything() =>
    [
        ArrowFolder.Numbers<sbyte, Int8Array, Int8Array.Builder>(-8, null),
        ArrowFolder.Numbers<short, Int16Array, Int16Array.Builder>(-16, null), ArrowFolder.Integers(-32, null),
        ArrowFolder.Numbers<long, Int64Array, Int64Array.Builder>(-64, null),
        ArrowFolder.Numbers<byte, UInt8Array, UInt8Array.Builder>(8, null),
        ArrowFolder.Numbers<ushort, UInt16Array, UInt16Array.Builder>(16, null),
        ArrowFolder.Numbers<uint, UInt32Array, UInt32Array.Builder>(uint.MaxValue, null),
        ArrowFolder.Numbers<ulong, UInt64Array, UInt64Array.Builder>(64, null),
        ArrowFolder.Numbers<float, FloatArray, FloatArray.Builder>(0.1f, null), ArrowFolder.Doubles(0.1, null),
        ArrowFolder.Numbers<bool, BooleanArray, BooleanArray.Builder>(true, null),
        new Decimal128Array.Builder(new Decimal128Type(12, 3)).Append(-9.125m).AppendNull().Build(),
        ArrowFolder.Texts("ä, \"b\"", null),
        ArrowFolder.Numbers<DateTime, Date32Array, Date32Array.Builder>(s_old.Date, null),
        ArrowFolder.Numbers<DateTime, Date64Array, Date64Array.Builder>(s_moment.Date, null),
        Moments(TimeUnit.Second, null, s_old), Moments(TimeUnit.Millisecond, "Europe/Berlin", s_moment.AddMilliseconds(7)),
        Moments(TimeUnit.Microsecond, "UTC", s_moment.AddTicks(70)), Moments(TimeUnit.Nanosecond, null, s_old.AddTicks(7)),
        Large("large"),
        new Time32Array(OneAndNull(new Time32Type(TimeUnit.Second), new ArrowBuffer.Builder<int>().Append(86_399).Append(0).Build())),
        new Time64Array(OneAndNull(
            new Time64Type(TimeUnit.Microsecond), new ArrowBuffer.Builder<long>().Append(86_399_999_999).Append(0).Build())),
        ArrowFolder.Dictionary(["low", "high", "not seen"], true, 1, null),
    ];

    private static TimestampArray Moments(TimeUnit unit, string? zone, DateTimeOffset moment) =>
        ArrowFolder.Fill<DateTimeOffset, TimestampArray, TimestampArray.Builder>(new(unit, zone), moment, null);

    private static LargeStringArray Large(string text) => new(OneAndNull(
        LargeStringType.Default, new ArrowBuffer.Builder<long>().Append(0).Append(text.Length).Append(text.Length).Build(),
        new ArrowBuffer(System.Text.Encoding.UTF8.GetBytes(text))));

    private static ArrayData OneAndNull(IArrowType type, params ArrowBuffer[] buffers) =>
        new(type, 2, 1, 0, [new ArrowBuffer(new byte[] { 1 }), .. buffers]);
}
