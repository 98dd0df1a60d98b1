using Microsoft.ML.Data;

namespace Microsoft.ML.StandIns.Tests.Objects;

public sealed class ObjectTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Row
    {
        public float Number { get; set; }
        public string Text { get; set; } = "";
        [VectorType(2)] public float[] Pair { get; set; } = [0, 0];
        public double[] Any { get; set; } = [];
        [KeyType(3)] public uint Key { get; set; }
        [ColumnName("Other")] public int Named { get; set; }
        [NoColumn] public object? Ignored { get; set; }
    }

    private IDataView Load(params Row[] rows) => _ml.Data.LoadFromEnumerable(rows);

    [Fact]
    public void Members_become_columns_of_their_types()
        => Assert.Equal("Number: Single|Text: String|Pair: Vector<Single, 2>|Any: Vector<Double>|Key: Key<UInt32, 0-2>|Other: Int32",
            string.Join("|", Load().Schema));

    [Fact]
    public void Objects_come_back_as_they_went_in()
    {
        Row[] rows = [new() { Number = 1.5f, Text = "a", Pair = [1, 2], Any = [3, 4, 5], Named = 7 }, new() { Number = float.NaN, Text = "", Any = [] }];
        List<Row> back = [.. _ml.Data.CreateEnumerable<Row>(Load(rows), reuseRowObject: false)];
        Assert.Equal(rows.Select(row => (row.Number, row.Text, row.Named)), back.Select(row => (row.Number, row.Text, row.Named)));
        Assert.Equal(rows.Select(row => row.Any), back.Select(row => row.Any));
        Assert.Equal(rows.Select(row => row.Pair), back.Select(row => row.Pair));
    }

    [Fact]
    public void A_key_counts_from_zero_in_an_object_and_from_one_in_a_column()
        => Assert.Equal([1u, 3u, 0u], Load(new Row { Key = 0 }, new Row { Key = 2 }, new Row { Key = 3 }).GetColumn<uint>("Key"));

    [Fact]
    public void Reading_is_lazy_and_sees_what_changes()
    {
        var rows = new List<Row> { new() { Number = 1 } };
        IDataView data = _ml.Data.LoadFromEnumerable(rows);
        Assert.Equal([1f], data.GetColumn<float>("Number"));
        rows.Add(new Row { Number = 2 });
        Assert.Equal([1f, 2f], data.GetColumn<float>("Number"));
        Assert.Equal(2, data.GetRowCount());
    }

    [Fact]
    public void One_object_is_filled_again_and_again_where_asked_for()
    {
        IDataView data = Load(new Row { Number = 1 }, new Row { Number = 2 });
        Assert.Single(_ml.Data.CreateEnumerable<Row>(data, reuseRowObject: true).Distinct());
        Assert.Equal(2, _ml.Data.CreateEnumerable<Row>(data, reuseRowObject: false).Distinct().Count());
    }

    private sealed class Wider
    {
        public float Number { get; set; }
        public float Absent { get; set; } = -1;
    }

    [Fact]
    public void A_column_that_is_not_there_is_an_error_unless_ignored()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.CreateEnumerable<Wider>(Load(), reuseRowObject: false).ToList());
        Wider row = _ml.Data.CreateEnumerable<Wider>(Load(new Row { Number = 3 }), reuseRowObject: false, ignoreMissingColumns: true).Single();
        Assert.Equal((3f, -1f), (row.Number, row.Absent));
    }

    private sealed class WrongType
    {
        public int Number { get; set; }
    }

    [Fact]
    public void A_column_of_another_type_is_an_error()
        => Assert.Throws<InvalidOperationException>(() => _ml.Data.CreateEnumerable<WrongType>(Load(), reuseRowObject: false).ToList());

    private sealed class Unsupported
    {
        public List<int> Numbers { get; set; } = [];
    }

    [Fact]
    public void A_member_of_a_type_that_no_column_has_is_an_error()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Data.LoadFromEnumerable(new List<Unsupported>()));
        Assert.Contains("Numbers", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_schema_definition_changes_names_types_and_annotations()
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(Row));
        definition["Any"].ColumnType = new VectorDataViewType(NumberDataViewType.Double, 3);
        definition["Number"].AddAnnotation("Unit", "kg".AsMemory(), TextDataViewType.Instance);
        definition["Number"].ColumnName = "Weight";
        DataViewSchema schema = _ml.Data.LoadFromEnumerable(new List<Row>(), definition).Schema;
        Assert.Equal("Vector<Double, 3>", schema["Any"].Type.ToString());
        ReadOnlyMemory<char> unit = default;
        schema["Weight"].Annotations.GetValue("Unit", ref unit);
        Assert.Equal("kg", unit.ToString());
    }

    [Fact]
    public void An_unknown_column_is_an_error_that_names_it()
    {
        Assert.Null(Load().Schema.GetColumnOrNull("Absent"));
        Assert.Contains("Absent", Assert.Throws<ArgumentOutOfRangeException>(() => Load().Schema["Absent"]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_getter_of_another_type_or_of_a_column_not_asked_for_is_refused()
    {
        IDataView data = Load(new Row());
        using DataViewRowCursor cursor = data.GetRowCursor([data.Schema["Number"]]);
        Assert.True(cursor.IsColumnActive(data.Schema["Number"]));
        Assert.False(cursor.IsColumnActive(data.Schema["Text"]));
        Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<double>(data.Schema["Number"]));
        Assert.Throws<ArgumentOutOfRangeException>(() => cursor.GetGetter<ReadOnlyMemory<char>>(data.Schema["Text"]));
    }

    [Fact]
    public void A_preview_shows_the_first_rows()
    {
        DataDebuggerPreview preview = Load([.. Enumerable.Range(0, 5).Select(i => new Row { Number = i })]).Preview(maxRows: 2);
        Assert.Equal([0f, 1f], preview.ColumnView[0].Values);
        Assert.Equal("Number", preview.RowView[1].Values[0].Key);
    }
}
