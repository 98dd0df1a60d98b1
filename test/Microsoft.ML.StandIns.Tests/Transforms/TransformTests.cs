using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.StandIns.Tests.Transforms;

public sealed class TransformTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Row
    {
        public float A { get; set; }
        public double D { get; set; }
        public string Text { get; set; } = "";
        [VectorType(2)] public float[] V { get; set; } = [0, 0];
        public bool B { get; set; }
        [KeyType(3)] public uint K { get; set; }
    }

    private IDataView Rows => _ml.Data.LoadFromEnumerable(new List<Row>
    {
        new() { A = 1, D = 10, Text = "b", V = [1, float.NaN], B = true, K = 1 },
        new() { A = float.NaN, D = double.NaN, Text = "", V = [-2, 5], K = 9 },
        new() { A = -3, D = 30, Text = "a", V = [3, 7], B = true, K = 2 },
        new() { A = 1, D = 10, Text = "b", V = [1, 7], B = true, K = 0 },
    });

    private IDataView Apply(IEstimator<ITransformer> estimator) => estimator.Fit(Rows).Transform(Rows);

    private static string[] Names(DataViewSchema.Column column, string kind)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.Annotations.GetValue(kind, ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }

    [Theory]
    [InlineData(MissingValueReplacingEstimator.ReplacementMode.DefaultValue, 0f, 0.0, 0f)]
    [InlineData(MissingValueReplacingEstimator.ReplacementMode.Mean, -1f / 3, 50.0 / 3, 19f / 3)]
    [InlineData(MissingValueReplacingEstimator.ReplacementMode.Minimum, -3f, 10.0, 5f)]
    [InlineData(MissingValueReplacingEstimator.ReplacementMode.Maximum, 1f, 30.0, 7f)]
    [InlineData(MissingValueReplacingEstimator.ReplacementMode.Mode, 1f, 10.0, 7f)]
    public void Missing_values_are_replaced_column_by_column_and_slot_by_slot(MissingValueReplacingEstimator.ReplacementMode mode, float a, double d, float v)
    {
        IDataView filled = Apply(_ml.Transforms.ReplaceMissingValues([new("A"), new("D"), new("V")], mode));
        Assert.Equal(a, filled.GetColumn<float>("A").ElementAt(1), 1e-6f);
        Assert.Equal(d, filled.GetColumn<double>("D").ElementAt(1), 1e-12);
        Assert.Equal(v, filled.GetColumn<float[]>("V").First()[1], 1e-6f);
        Assert.Equal([-2f, 5f], filled.GetColumn<float[]>("V").ElementAt(1));
    }

    [Fact]
    public void Missing_values_are_indicated()
    {
        IDataView shown = Apply(_ml.Transforms.IndicateMissingValues([new("IsA", "A"), new("IsV", "V")]));
        Assert.Equal([false, true, false, false], shown.GetColumn<bool>("IsA"));
        Assert.Equal([false, true], shown.GetColumn<bool[]>("IsV").First());
    }

    [Fact]
    public void MinMax_keeps_zero_unless_told_otherwise()
    {
        IDataView scaled = Apply(_ml.Transforms.NormalizeMinMax("A"));
        Assert.Equal([1f / 3, float.NaN, -1, 1f / 3], scaled.GetColumn<float>("A"));
        Assert.True(scaled.Schema["A"].IsNormalized());
        Assert.Equal([0, double.NaN, 1, 0], Apply(_ml.Transforms.NormalizeMinMax("D", fixZero: false)).GetColumn<double>("D"));
    }

    [Fact]
    public void MeanVariance_gives_unit_variance()
    {
        double[] scaled = [.. Apply(_ml.Transforms.NormalizeMeanVariance("D", fixZero: false)).GetColumn<double>("D").Where(value => !double.IsNaN(value))];
        Assert.Equal(0, scaled.Average(), 1e-12);
        Assert.Equal(1, scaled.Average(value => value * value), 1e-12);
    }

    [Fact]
    public void Values_become_keys_in_the_order_they_occur_or_sorted()
    {
        IDataView keys = Apply(_ml.Transforms.Conversion.MapValueToKey("Key", "Text"));
        Assert.Equal([1u, 0u, 2u, 1u], keys.GetColumn<uint>("Key"));
        Assert.Equal(["b", "a"], Names(keys.Schema["Key"], "KeyValues"));
        Assert.True(keys.Schema["Key"].HasKeyValues());
        IDataView sorted = Apply(_ml.Transforms.Conversion.MapValueToKey("Key", "Text", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue));
        Assert.Equal([2u, 0u, 1u, 2u], sorted.GetColumn<uint>("Key"));
    }

    [Fact]
    public void A_value_not_seen_in_fitting_has_no_key()
    {
        ITransformer fitted = _ml.Transforms.Conversion.MapValueToKey("Key", "Text").Fit(_ml.Data.TakeRows(Rows, 1));
        Assert.Equal([1u, 0u, 0u, 1u], fitted.Transform(Rows).GetColumn<uint>("Key"));
    }

    [Fact]
    public void Keys_become_the_values_they_came_from()
    {
        IDataView back = Apply(_ml.Transforms.Conversion.MapValueToKey("Key", "A").Append(_ml.Transforms.Conversion.MapKeyToValue("Value", "Key")));
        Assert.Equal([1, float.NaN, -3, 1], back.GetColumn<float>("Value"));
        Assert.Throws<InvalidOperationException>(() => Apply(_ml.Transforms.Conversion.MapKeyToValue("Value", "K")));
    }

    [Fact]
    public void OneHot_has_a_slot_for_every_value_and_none_for_missing()
    {
        IDataView coded = Apply(_ml.Transforms.Categorical.OneHotEncoding("Text"));
        Assert.Equal([[1, 0], [0, 0], [0, 1], [1, 0]], coded.GetColumn<float[]>("Text"));
        Assert.Equal(["b", "a"], Names(coded.Schema["Text"], "SlotNames"));
    }

    [Fact]
    public void A_new_column_of_an_old_name_hides_it_and_stands_right_after_it()
    {
        DataViewSchema schema = Apply(_ml.Transforms.CopyColumns("A", "D").Append(_ml.Transforms.CopyColumns("New", "D"))).Schema;
        Assert.Equal("A,A,D,Text,V,B,K,New", string.Join(",", schema.Select(column => column.Name)));
        Assert.True(schema[0].IsHidden);
        Assert.Equal(1, schema["A"].Index);
    }

    [Fact]
    public void Concatenate_joins_scalars_and_vectors_and_names_the_slots()
    {
        IDataView joined = Apply(_ml.Transforms.Categorical.OneHotEncoding("Text").Append(_ml.Transforms.Concatenate("Features", "A", "V", "Text")));
        Assert.Equal([-3, 3, 7, 0, 1], joined.GetColumn<float[]>("Features").ElementAt(2));
        Assert.Equal(["A", "", "", "Text.b", "Text.a"], Names(joined.Schema["Features"], "SlotNames"));
    }

    [Fact]
    public void Concatenate_of_different_types_is_refused()
        => Assert.Throws<InvalidOperationException>(() => Apply(_ml.Transforms.CopyColumns("C", "A").Append(_ml.Transforms.Concatenate("Features", "A", "D"))));

    [Fact]
    public void Columns_are_selected_in_the_order_given_or_dropped()
    {
        Assert.Equal("Text,A", string.Join(",", Apply(_ml.Transforms.SelectColumns("Text", "A")).Schema.Select(column => column.Name)));
        Assert.Equal("D,Text,V,B", string.Join(",", Apply(_ml.Transforms.DropColumns("A", "K")).Schema.Select(column => column.Name)));
        Assert.Equal(["b", "", "a", "b"], Apply(_ml.Transforms.SelectColumns("Text")).GetColumn<string>("Text"));
    }

    [Fact]
    public void Types_are_converted_where_nothing_is_lost()
    {
        Assert.Equal([10, float.NaN, 30, 10], Apply(_ml.Transforms.Conversion.ConvertType("X", "D")).GetColumn<float>("X"));
        Assert.Equal([1, 0, 1, 1], Apply(_ml.Transforms.Conversion.ConvertType("X", "B", DataKind.Int32)).GetColumn<int>("X"));
        Assert.Equal([float.NaN, 0, float.NaN, float.NaN], Apply(_ml.Transforms.Conversion.ConvertType("X", "Text")).GetColumn<float>("X"));
        Assert.Throws<ArgumentOutOfRangeException>(() => Apply(_ml.Transforms.Conversion.ConvertType("X", "A", DataKind.Int32)));
    }

    private sealed class Doubled
    {
        public float A { get; set; }
        public string Shout { get; set; } = "";
    }

    [Fact]
    public void A_custom_mapping_computes_columns_from_an_object()
    {
        IDataView mapped = Apply(_ml.Transforms.CustomMapping<Row, Doubled>((row, result) =>
        {
            result.A = row.A * 2;
            result.Shout = row.Text + "!";
        }, contractName: null));
        Assert.Equal([2, float.NaN, -6, 2], mapped.GetColumn<float>("A"));
        Assert.Equal(["b!", "!", "a!", "b!"], mapped.GetColumn<string>("Shout"));
    }

    public static TheoryData<string, Func<MLContext, IEstimator<ITransformer>>> Unknown => new()
    {
        { "replace", ml => ml.Transforms.ReplaceMissingValues("Absent") },
        { "key", ml => ml.Transforms.Conversion.MapValueToKey("Absent") },
        { "one hot", ml => ml.Transforms.Categorical.OneHotEncoding("Absent") },
        { "normalize", ml => ml.Transforms.NormalizeMinMax("Absent") },
        { "copy", ml => ml.Transforms.CopyColumns("New", "Absent") },
        { "drop", ml => ml.Transforms.DropColumns("Absent") },
        { "select", ml => ml.Transforms.SelectColumns("Absent") },
        { "concatenate", ml => ml.Transforms.CopyColumns("C", "A").Append(ml.Transforms.Concatenate("New", "A", "Absent")) },
    };

    [Theory]
    [MemberData(nameof(Unknown))]
    public void A_column_that_is_not_there_is_named(string what, Func<MLContext, IEstimator<ITransformer>> create)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Apply(create(_ml)));
        Assert.True(error.Message.StartsWith("Could not find input column 'Absent'", StringComparison.Ordinal), what);
    }
}
