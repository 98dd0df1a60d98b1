using Microsoft.ML.Data;

namespace Microsoft.ML.StandIns.Tests.Text;

public sealed class TextLoadingTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    private sealed class Patient
    {
        [LoadColumn(0)] public string Name { get; set; } = "";
        [LoadColumn(1)] public float Age { get; set; }
        [LoadColumn(2, 4)] [VectorType(3)] public float[] Readings { get; set; } = [];
        [LoadColumn(5)] [KeyType(4)] public uint Ward { get; set; }
        [LoadColumn(6)] [ColumnName("Label")] public bool Ill { get; set; }
    }

    private IDataView Load(string text, bool quoting = false)
    {
        File.WriteAllText(_path, text);
        return _ml.Data.LoadFromTextFile<Patient>(_path, separatorChar: ',', hasHeader: true, allowQuoting: quoting);
    }

    private IDataView Load(string text, TextLoader.Options options)
    {
        File.WriteAllText(_path, text);
        return _ml.Data.LoadFromTextFile(_path, options);
    }

    [Fact]
    public void LoadColumn_attributes_say_where_columns_stand()
    {
        IDataView data = Load("name,age,r1,r2,r3,ward,ill\nAda,36,1,2,3,0,true\nAlan,41.5,4,-5e1,.5,3,0\n");
        Assert.Equal("Name: String|Age: Single|Readings: Vector<Single, 3>|Ward: Key<UInt32, 0-3>|Label: Boolean",
            string.Join("|", data.Schema));
        Assert.Equal(["Ada", "Alan"], data.GetColumn<string>("Name"));
        Assert.Equal([36, 41.5f], data.GetColumn<float>("Age"));
        Assert.Equal([[1, 2, 3], [4, -50, 0.5f]], data.GetColumn<float[]>("Readings"));
        Assert.Equal([1u, 4u], data.GetColumn<uint>("Ward"));
        Assert.Equal([true, false], data.GetColumn<bool>("Label"));
    }

    [Fact]
    public void A_header_names_the_slots_of_a_vector_where_options_describe_the_file()
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        Load("name,r1,r2,r3\n", new TextLoader.Options { Separators = [','], HasHeader = true, Columns = [new("Readings", DataKind.Single, 1, 3)] })
            .Schema["Readings"].GetSlotNames(ref names);
        Assert.Equal(["r1", "r2", "r3"], names.DenseValues().Select(name => name.ToString()));
    }

    [Fact]
    public void Quotes_protect_separators_and_double_quotes_stand_for_one()
    {
        IDataView data = Load("h\n\"Lovelace, \"\"Ada\"\"\",36,1,2,3,0,1\n\"\",1,1,2,3,0,1\n", quoting: true);
        Assert.Equal(["Lovelace, \"Ada\"", ""], data.GetColumn<string>("Name"));
        Assert.Equal([36f, 1f], data.GetColumn<float>("Age"));
    }

    [Fact]
    public void Quotes_are_ordinary_characters_unless_allowed()
        => Assert.Equal(["\"Ada\""], Load("h\n\"Ada\",36,1,2,3,0,1\n").GetColumn<string>("Name"));

    [Theory]
    [InlineData("?", float.NaN)]
    [InlineData("NaN", float.NaN)]
    [InlineData("NA", float.NaN)]
    [InlineData("abc", float.NaN)]
    [InlineData("1e400", float.PositiveInfinity)]
    [InlineData("-Infinity", float.NegativeInfinity)]
    [InlineData("+2", 2f)]
    [InlineData(" 7 ", 7f)]
    [InlineData("", 0f)]
    public void A_real_number_is_read_or_missing(string field, float expected)
        => Assert.Equal([expected], Load($"h\nAda,{field},1,2,3,0,1\n").GetColumn<float>("Age"));

    [Fact]
    public void An_empty_real_is_missing_where_the_options_say_so()
    {
        IDataView data = Load("1,\n", new TextLoader.Options
        {
            Separators = [','],
            MissingRealsAsNaNs = true,
            Columns = [new("A", DataKind.Single, 0), new("B", DataKind.Double, 1), new("C", DataKind.Single, 2)],
        });
        Assert.Equal([1f], data.GetColumn<float>("A"));
        Assert.Equal([double.NaN], data.GetColumn<double>("B"));
        Assert.Equal([float.NaN], data.GetColumn<float>("C"));
    }

    [Theory]
    [InlineData("yes", true)]
    [InlineData("T", true)]
    [InlineData("+1", true)]
    [InlineData("no", false)]
    [InlineData("FALSE", false)]
    [InlineData("", false)]
    public void A_truth_value_has_many_spellings(string field, bool expected)
        => Assert.Equal([expected], Load($"h\nAda,1,1,2,3,0,{field}\n").GetColumn<bool>("Label"));

    [Theory]
    [InlineData("0", 1u)]
    [InlineData("3", 4u)]
    [InlineData("4", 0u)]
    [InlineData("-1", 0u)]
    [InlineData("x", 0u)]
    [InlineData("", 0u)]
    public void A_key_counts_from_zero_in_text_and_is_missing_beyond_its_count(string field, uint expected)
        => Assert.Equal([expected], Load($"h\nAda,1,1,2,3,{field},1\n").GetColumn<uint>("Ward"));

    [Fact]
    public void What_is_no_truth_value_ends_the_reading_with_its_line_and_column()
    {
        var error = Assert.Throws<FormatException>(() => Load("h\nAda,1,1,2,3,0,1\nAlan,1,1,2,3,0,maybe\n").GetColumn<bool>("Label").ToList());
        Assert.Contains("Could not parse value maybe in line 3, column Label", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Short_lines_end_in_missing_fields_and_empty_lines_do_not_count()
    {
        IDataView data = Load("h\n\nAda,1,2\n\nAlan,3\n");
        Assert.Equal([[2, 0, 0], [0, 0, 0]], data.GetColumn<float[]>("Readings"));
        Assert.Equal(["Ada", "Alan"], data.GetColumn<string>("Name"));
    }

    [Fact]
    public void Ranges_choose_fields_and_may_go_to_the_end_of_the_line()
    {
        IDataView data = Load("a;b;c;d\n1;2;3;4\n5;6;7;8\n", new TextLoader.Options
        {
            Separators = [';'],
            HasHeader = true,
            Columns = [new("B", DataKind.Int32, 1), new("Rest", DataKind.Double, [new TextLoader.Range(0), new TextLoader.Range(2, null)])],
        });
        Assert.Equal([2, 6], data.GetColumn<int>("B"));
        Assert.Equal([[1, 3, 4], [5, 7, 8]], data.GetColumn<double[]>("Rest"));
    }

    [Fact]
    public void A_quoted_field_may_go_on_over_lines_where_the_options_say_so()
    {
        IDataView data = Load("1,\"two\nlines\"\n2,one\n", new TextLoader.Options
        {
            Separators = [','],
            AllowQuoting = true,
            ReadMultilines = true,
            Columns = [new("Text", DataKind.String, 1)],
        });
        Assert.Equal(["two\nlines", "one"], data.GetColumn<string>("Text"));
    }

    [Fact]
    public void Several_separators_and_a_decimal_comma_are_understood()
    {
        IDataView data = Load("1,5;2\t3\n", new TextLoader.Options
        {
            Separators = [';', '\t'],
            DecimalMarker = ',',
            Columns = [new("A", DataKind.Single, 0, 2)],
        });
        Assert.Equal([[1.5f, 2, 3]], data.GetColumn<float[]>("A"));
    }

    [Fact]
    public void A_file_can_be_read_again_and_by_two_cursors_at_once()
    {
        IDataView data = Load("h\nAda,1\nAlan,2\n");
        using DataViewRowCursor first = data.GetRowCursor([data.Schema["Age"]]), second = data.GetRowCursor([data.Schema["Age"]]);
        ValueGetter<float> one = first.GetGetter<float>(data.Schema["Age"]), two = second.GetGetter<float>(data.Schema["Age"]);
        float a = 0, b = 0;
        Assert.True(first.MoveNext() && first.MoveNext() && second.MoveNext());
        one(ref a);
        two(ref b);
        Assert.Equal((2f, 1f), (a, b));
    }

    [Fact]
    public void An_absent_file_is_refused_at_once()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.LoadFromTextFile<Patient>("no such file.csv"));
        Assert.Contains("no such file.csv", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_saved_as_text_is_read_back()
    {
        IDataView data = Load("h\n\"a,b\",?,1,2,3,2,1\n\" x \"\"y\"\" \",1.25,4,5,6,9,0\n", quoting: true);
        using (FileStream stream = File.Create(_path + ".saved"))
            _ml.Data.SaveAsText(data, stream, ',', headerRow: true, schema: false, forceDense: true);
        IDataView back = _ml.Data.LoadFromTextFile<Patient>(_path + ".saved", ',', hasHeader: true, allowQuoting: true);
        Assert.Equal(data.GetColumn<string>("Name"), back.GetColumn<string>("Name"));
        Assert.Equal(data.GetColumn<float>("Age"), back.GetColumn<float>("Age"));
        Assert.Equal(data.GetColumn<float[]>("Readings"), back.GetColumn<float[]>("Readings"));
        Assert.Equal(data.GetColumn<uint>("Ward"), back.GetColumn<uint>("Ward"));
        Assert.StartsWith("Name,Age,", File.ReadLines(_path + ".saved").First(), StringComparison.Ordinal);
        File.Delete(_path + ".saved");
    }
}
