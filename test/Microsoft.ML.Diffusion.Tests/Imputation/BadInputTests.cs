using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Tests.Conformance;

namespace Microsoft.ML.Diffusion.Tests.Imputation;

public class BadInputTests
{
    private readonly MLContext _ml = new(seed: 3);

    [Fact]
    public void An_unknown_column_is_named() =>
        AssertRefused("Column 'Weight' is not in the view.", () => Fit(Rows(9), "Weight"));

    [Fact]
    public void An_unknown_predictor_is_named()
    {
        DiffusionImputeEstimator.Options options = Quick.Options();
        options.PredictorColumns = ["Weight"];
        AssertRefused("Column 'Weight' is not in the view.", () => _ml.Transforms.DiffusionImpute(Quick.Pairs(nameof(SampleRow.Age)), options).Fit(Rows(9)));
    }

    [Fact]
    public void A_type_without_missing_values_is_refused()
    {
        AssertRefused("Column 'Label' is Boolean, in which no value counts as missing here", () => Fit(Rows(9), nameof(SampleRow.Label)));
        IDataView counted = _ml.Data.LoadFromEnumerable([new Counted { Count = 1 }]);
        AssertRefused("Column 'Count' is Int32", () => Fit(counted, nameof(Counted.Count)));
        AssertRefused("Column 'Waves' is a vector of Single of unknown size", () => Fit(counted, nameof(Counted.Waves)));
    }

    [Fact]
    public void The_same_is_refused_before_there_are_rows()
    {
        SchemaShape shape = Shape.Of(Rows(1));

        AssertRefused("Column 'Label' is Boolean", () => _ml.Transforms.DiffusionImpute(nameof(SampleRow.Label)).GetOutputSchema(shape));
        AssertRefused("Column 'Weight' is not in the view.", () => _ml.Transforms.DiffusionImpute("Weight").GetOutputSchema(shape));
    }

    [Fact]
    public void No_column_and_the_same_output_twice_are_refused()
    {
        AssertRefused("no column to fill in", () => _ml.Transforms.DiffusionImpute());
        AssertRefused("Column 'Age' would be made twice.", () => _ml.Transforms.DiffusionImpute("Age", "Age"));
    }

    [Fact]
    public void A_column_entirely_missing_stays_missing_and_the_log_says_so()
    {
        List<string> lines = [];
        _ml.Log += (_, line) => lines.Add(line.Message);
        List<SampleRow> rows = SampleRow.Make(40);
        foreach (SampleRow row in rows)
        {
            row.Age = float.NaN;
            row.City = "";
        }

        IDataView view = _ml.Data.LoadFromEnumerable(rows);
        IDataView filled = Fit(view, SampleRow.Fillable).Transform(view);

        Assert.All(ColumnValues.Of<float>(filled, nameof(SampleRow.Age)), value => Assert.Equal(float.NaN, value));
        Assert.All(ColumnValues.Texts(filled, nameof(SampleRow.City)), value => Assert.Equal("", value));
        Assert.DoesNotContain(double.NaN, ColumnValues.Of<double>(filled, nameof(SampleRow.Income)));
        Assert.Contains(lines, line => line.Contains("'Age'", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("'City'", StringComparison.Ordinal));
    }

    [Fact]
    public void A_constant_column_is_filled_with_its_constant()
    {
        List<SampleRow> rows = SampleRow.Make(40);
        foreach (SampleRow row in rows)
        {
            row.Age = float.IsNaN(row.Age) ? float.NaN : 41;
            row.City = row.City.Length == 0 ? "" : "Pori";
        }

        IDataView view = _ml.Data.LoadFromEnumerable(rows);
        IDataView filled = Fit(view, SampleRow.Fillable).Transform(view);

        Assert.All(ColumnValues.Of<float>(filled, nameof(SampleRow.Age)), value => Assert.Equal(41, value, 0.01));
        Assert.All(ColumnValues.Texts(filled, nameof(SampleRow.City)), value => Assert.Equal("Pori", value));
    }

    [Fact]
    public void One_column_alone_is_filled()
    {
        IDataView view = Rows(40);
        Assert.DoesNotContain(float.NaN, ColumnValues.Of<float>(Fit(view, nameof(SampleRow.Age)).Transform(view), nameof(SampleRow.Age)));
    }

    [Fact]
    public void An_infinity_is_refused_in_training_and_passed_on_afterwards()
    {
        List<SampleRow> rows = SampleRow.Make(40);
        DiffusionImputeTransformer transformer = Fit(_ml.Data.LoadFromEnumerable(rows), SampleRow.Fillable);
        rows[17].Age = float.PositiveInfinity;
        rows[17].Income = double.NaN;
        IDataView infinite = _ml.Data.LoadFromEnumerable(rows);
        IDataView filled = transformer.Transform(infinite);
        AssertRefused("Column 'Age' holds an infinite number in row 17", () => Fit(infinite, SampleRow.Fillable));

        Assert.Equal(float.PositiveInfinity, ColumnValues.Of<float>(filled, nameof(SampleRow.Age))[17]);
        double income = ColumnValues.Of<double>(filled, nameof(SampleRow.Income))[17];
        rows[17].Age = float.NaN;
        Assert.Equal(ColumnValues.Of<double>(transformer.Transform(_ml.Data.LoadFromEnumerable(rows)), nameof(SampleRow.Income))[17], income);
    }

    [Fact]
    public void A_category_unseen_in_training_stays_and_counts_as_missing()
    {
        List<SampleRow> rows = SampleRow.Make(40);
        DiffusionImputeTransformer transformer = Fit(_ml.Data.LoadFromEnumerable(rows), SampleRow.Fillable);
        rows[3].City = "Vaasa";
        rows[3].Age = float.NaN;
        IDataView filled = transformer.Transform(_ml.Data.LoadFromEnumerable(rows));
        Assert.Equal("Vaasa", ColumnValues.Texts(filled, nameof(SampleRow.City))[3]);
        float ageWithUnseenCity = ColumnValues.Of<float>(filled, nameof(SampleRow.Age))[3];
        rows[3].City = "";

        Assert.Equal(ColumnValues.Of<float>(filled, nameof(SampleRow.Age))[3], ageWithUnseenCity);
    }

    [Fact]
    public void Rare_categories_beyond_the_limit_count_as_missing_and_the_log_says_so()
    {
        List<string> lines = [];
        _ml.Log += (_, line) => lines.Add(line.Message);
        List<SampleRow> rows = SampleRow.Make(40);
        rows[0].City = "Vaasa";
        DiffusionImputeEstimator.Options options = Quick.Options();
        options.MaxCategories = 2;
        IDataView view = _ml.Data.LoadFromEnumerable(rows);
        DiffusionImputeTransformer transformer = _ml.Transforms.DiffusionImpute(Quick.Pairs(nameof(SampleRow.City), nameof(SampleRow.Age)), options).Fit(view);

        Assert.Equal(["Oulu", "Turku"], transformer.Model.Columns[0].Categories.Order(StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.Equal("Vaasa", ColumnValues.Texts(transformer.Transform(view), nameof(SampleRow.City))[0]);
        Assert.Contains(lines, line => line.Contains("Column 'City' has 3 different values; the 2 most frequent are its categories", StringComparison.Ordinal));
        options.MaxCategories = 0;
        AssertRefused("MaxCategories is 0; it must be 1 or more.", () => _ml.Transforms.DiffusionImpute(Quick.Pairs(nameof(SampleRow.City)), options));
    }

    [Fact]
    public void A_view_that_is_not_the_one_trained_on_is_refused()
    {
        DiffusionImputeTransformer transformer = Fit(Rows(40), nameof(SampleRow.Age), nameof(SampleRow.Ward), nameof(SampleRow.Signals));

        AssertRefused("Column 'Age', on which the model was trained, is not in the view.", () => transformer.Transform(_ml.Data.LoadFromEnumerable([new Counted()])));
        AssertRefused("Column 'Age' is Double, but was Single when the model was trained.", () => transformer.Transform(_ml.Data.LoadFromEnumerable([new DoubleAge()])));
        AssertRefused("Column 'Ward' is a key with 5 values, but was a key with 4 values when the model was trained.", () => transformer.Transform(_ml.Data.LoadFromEnumerable([new FiveWards()])));
        AssertRefused("Column 'Signals' is a vector of 2 Single, but was a vector of 3 Single when the model was trained.", () => transformer.Transform(_ml.Data.LoadFromEnumerable([new TwoSignals()])));
    }

    [Fact]
    public void A_key_that_stands_for_something_else_is_refused()
    {
        IDataView keyed = Keyed("Oulu", "Turku");
        DiffusionImputeTransformer transformer = Fit(keyed, nameof(SampleRow.City));

        AssertRefused("Key 1 of column 'City' stands for 'Turku', but stood for 'Oulu' when the model was trained.", () => transformer.Transform(Keyed("Turku", "Oulu")));

        IDataView Keyed(params string[] cities)
        {
            IDataView rows = _ml.Data.LoadFromEnumerable(cities.Select(city => new SampleRow { City = city, Signals = [0, 0, 0] }));
            return _ml.Transforms.Conversion.MapValueToKey(nameof(SampleRow.City)).Fit(rows).Transform(rows);
        }
    }

    private IDataView Rows(int count) => _ml.Data.LoadFromEnumerable(SampleRow.Make(count));

    private DiffusionImputeTransformer Fit(IDataView view, params string[] columns) =>
        _ml.Transforms.DiffusionImpute(Quick.Pairs(columns), Quick.Options()).Fit(view);

    private static void AssertRefused(string sentence, Func<object> act)
    {
        Exception refusal = Assert.ThrowsAny<Exception>(act);
        Assert.True(refusal is ArgumentException or InvalidDataException, refusal.ToString());
        Assert.Contains(sentence, refusal.Message, StringComparison.Ordinal);
    }

    private sealed class Counted
    {
        public int Count { get; set; }

        public float[] Waves { get; set; } = [];
    }
    private sealed class DoubleAge
    {
        public double Age { get; set; }
    }

    private sealed class FiveWards
    {
        public float Age { get; set; }

        [KeyType(5)]
        public uint Ward { get; set; }
    }

    private sealed class TwoSignals
    {
        public float Age { get; set; }

        [KeyType(4)]
        public uint Ward { get; set; }

        [VectorType(2)]
        public float[] Signals { get; set; } = [0, 0];
    }
}
