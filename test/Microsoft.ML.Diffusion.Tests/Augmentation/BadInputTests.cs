using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Methods.Masked;
using Microsoft.ML.Diffusion.Models.Methods.Smote;
using Microsoft.ML.Diffusion.Tests.Conformance;

namespace Microsoft.ML.Diffusion.Tests.Augmentation;

public class BadInputTests
{
    private readonly MLContext _ml = new(seed: 5);

    [Fact]
    public void Options_that_contradict_each_other_are_refused_at_once()
    {
        Refused("Balance needs the label", null, options => options.Balance = true, label: null);
        Refused("RowsPerLabel needs the label", null, options => options.RowsPerLabel = Wanted("True", 3), label: null);
        Refused("give one of them", null, options => (options.Balance, options.RowsPerLabel) = (true, Wanted("True", 3)));
        Refused("is negative", null, options => options.RowsPerLabel = Wanted("True", -3));
        Refused("RowsPerLabel asks for 3 rows and rowCount for 4", 4, options => options.RowsPerLabel = Wanted("True", 3));
        Refused("SyntheticWeight is NaN", 4, options => (options.SyntheticWeight, options.WeightColumnName) = (float.NaN, "Weight"));
        Refused("SyntheticWeight needs a column", 4, options => options.SyntheticWeight = 2);
        Refused("MaxCategories is 0", 4, options => options.MaxCategories = 0);
        Refused("MaxTrainingRows is 0", 4, options => options.MaxTrainingRows = 0);
        Refused("labelColumnName", 4, options => options.Method.LabelColumn = 1);
        Refused("set Options.Seed", 4, options => options.Method.Seed = 1);
        Refused("The option Bins is 1; it must be between 2 and 1,024.", 4, options => options.Method = new MaskedOptions { Bins = 1 });
        Refused("The option Neighbors is 0; it must be at least 1.", 4, options => options.Method = new SmoteOptions { Neighbors = 0 });
        Refused("IgnoredColumns is null or has a null in it;", 4, options => options.IgnoredColumns = null!);
        Refused("IgnoredColumns is null or has a null in it;", 4, options => options.IgnoredColumns = [null!]);
        Refused("Columns has a null in it;", 4, options => options.Columns = ["Label", null!]);
        Refused("Method is null;", 4, options => options.Method = null!);
        Refused("WeightColumnName is empty;", 4, options => options.WeightColumnName = "");
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.DiffusionAugment(-1));
        IDataView rows = _ml.Data.LoadFromEnumerable(SampleRow.Make(20));
        Assert.Contains("Method is null;", Assert.Throws<ArgumentException>(() =>
            _ml.Data.DiffusionSynthesize(rows, 5, "Label", options: new() { Method = null! })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_that_do_not_fit_are_refused_before_the_training()
    {
        RefusedInFit("Column 'Lable' is not in the view; did you mean Label?", label: "Lable");
        RefusedInFit("Column 'X' is not in the view.", options => options.IgnoredColumns = ["X"]);
        RefusedInFit("Column 'X' is not in the view.", options => options.Columns = ["X"]);
        RefusedInFit("The label 'Label' must be among the columns", options => options.Columns = ["Age"]);
        RefusedInFit("no column to learn", options => options.Columns = [], label: null);
        RefusedInFit("The column of weights 'City' is String; a Single was expected.", options => options.WeightColumnName = "City");
        RefusedInFit("The label 'Age' is Single; to choose how many rows each label has, it must be", options => options.Balance = true, label: "Age");
        RefusedInFit("RowsPerLabel names 'yes', and no row has that in column 'Label'.", options => options.RowsPerLabel = Wanted("yes", 3));
    }

    [Fact]
    public void A_column_of_which_no_values_can_be_made_is_refused_unless_it_is_ignored()
    {
        IDataView rows = _ml.Data.LoadFromEnumerable(
            Enumerable.Range(0, 20).Select(i => new Event { Counts = [i, 2 * i], Value = i }).ToArray());
        DiffusionAugmentEstimator.Options options = Quick.Generation<DiffusionAugmentEstimator.Options>();
        var error = Assert.Throws<ArgumentException>(() => _ml.Transforms.DiffusionAugment(5, options: options).Fit(rows));
        Assert.Contains(
            "Column 'Counts' is a vector of 2 Int32, of which no values can be made: name it in the option IgnoredColumns",
            error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => _ml.Transforms.DiffusionAugment(5, options: options).GetOutputSchema(Shape.Of(rows)));

        options.IgnoredColumns = ["Counts"];
        IDataView labelled = _ml.Transforms.CopyColumns("Label", "Value").Fit(rows).Transform(rows);
        IDataView seen = TrainingSpy.Behind(_ml, _ml.Transforms.DiffusionAugment(5, options: options), labelled);
        Assert.Equal([0, 0], ColumnValues.Of<VBuffer<int>>(seen, "Counts")[^1].DenseValues());
    }

    [Fact]
    public void A_class_with_one_row_and_a_label_with_one_class_are_learnt_from()
    {
        List<SampleRow> rows = SampleRow.Make(30);
        rows.ForEach(row => row.Label = false);
        Assert.All(Added(rows), label => Assert.False(label));
        rows[4].Label = true;
        Assert.Equal(28, Added(rows).Count(label => label));
    }

    private bool[] Added(List<SampleRow> rows)
    {
        DiffusionAugmentEstimator.Options options = Quick.Generation<DiffusionAugmentEstimator.Options>();
        options.Balance = true;
        long? count = rows.Exists(row => row.Label) ? null : 10;
        return ColumnValues.Of<bool>(_ml.Transforms.DiffusionAugment(count, "Label", options).Fit(_ml.Data.LoadFromEnumerable(rows)).AddedRows!, "Label");
    }

    private static Dictionary<string, int> Wanted(string label, int rows) => new(StringComparer.Ordinal) { [label] = rows };

    private void Refused(string sentence, long? rowCount, Action<DiffusionAugmentEstimator.Options> change, string? label = "Label")
    {
        DiffusionAugmentEstimator.Options options = Quick.Generation<DiffusionAugmentEstimator.Options>();
        change(options);
        var error = Assert.ThrowsAny<ArgumentException>(() => _ml.Transforms.DiffusionAugment(rowCount, label, options));
        Assert.Contains(sentence, error.Message, StringComparison.Ordinal);
    }

    private void RefusedInFit(string sentence, Action<DiffusionAugmentEstimator.Options>? change = null, string? label = "Label")
    {
        DiffusionAugmentEstimator.Options options = Quick.Endless<DiffusionAugmentEstimator.Options>(CancellationToken.None);
        change?.Invoke(options);
        IDataView rows = _ml.Data.LoadFromEnumerable(SampleRow.Make(20));
        var error = Assert.ThrowsAny<ArgumentException>(() => _ml.Transforms.DiffusionAugment(null, label, options).Fit(rows));
        Assert.Contains(sentence, error.Message, StringComparison.Ordinal);
    }

    private sealed class Event
    {
        [VectorType(2)]
        public int[] Counts { get; set; } = [];

        public float Value { get; set; }
    }
}
