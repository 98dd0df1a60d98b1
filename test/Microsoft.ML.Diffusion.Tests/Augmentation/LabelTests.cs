namespace Microsoft.ML.Diffusion.Tests.Augmentation;

public class LabelTests
{
    private readonly MLContext _ml = new(seed: 5);

    [Theory]
    [InlineData(new[] { 30, 20, 1 }, null, new[] { 0, 10, 29 })]
    [InlineData(new[] { 30, 20, 1 }, 5L, new[] { 0, 0, 5 })]
    [InlineData(new[] { 30, 20, 1 }, 25L, new[] { 0, 3, 22 })]
    [InlineData(new[] { 30, 20, 1 }, 100L, new[] { 20, 30, 50 })]
    [InlineData(new[] { 12 }, 7L, new[] { 7 })]
    [InlineData(new[] { 12 }, null, new[] { 0 })]
    public void Balancing_brings_the_classes_as_near_to_equal_counts_as_the_rows_allow(int[] real, long? rowCount, int[] added)
    {
        string[] labels = Added(Rows(real), rowCount, options => options.Balance = true);

        Assert.InRange(added.Zip(Counts(labels, real.Length)).Max(x => Math.Abs(x.First - x.Second)), 0, 1);
        Assert.Equal(added.Sum(), labels.Length);
    }

    [Fact]
    public void Balancing_synthetic_rows_alone_makes_them_equal() =>
        Assert.Equal([20, 20, 20], Counts(Added(Rows(30, 20, 1), 60, options => (options.Balance, options.SyntheticOnly) = (true, true)), 3));

    [Fact]
    public void All_rows_of_the_view_count_where_only_some_are_kept_for_the_training() =>
        Assert.Equal([0, 20, 45], Counts(Added(Rows(50, 30, 5), null, options => (options.Balance, options.MaxTrainingRows) = (true, 60)), 3));

    [Fact]
    public void As_many_rows_of_each_label_are_added_as_asked_for()
    {
        string[] labels = Added(Rows(30, 20, 1), null, options => options.RowsPerLabel = new Dictionary<string, int>(StringComparer.Ordinal) { ["class 2"] = 11, ["class 0"] = 3 });

        Assert.Equal([3, 0, 11], Counts(labels, 3));
        Assert.NotEqual(labels.Order(StringComparer.Ordinal), labels);
    }

    [Fact]
    public void Booleans_and_keys_are_balanced_too()
    {
        IDataView rows = _ml.Transforms.Conversion.MapValueToKey("Key", "Label").Fit(Rows(9, 21)).Transform(Rows(9, 21));
        foreach (string label in (string[])["Flag", "Key"])
        {
            DiffusionAugmentEstimator.Options options = Quick.Generation<DiffusionAugmentEstimator.Options>();
            options.Balance = true;
            IDataView added = _ml.Transforms.DiffusionAugment(null, label, options).Fit(rows).AddedRows!;
            Assert.Equal(12, added.GetRowCount());
            Assert.All(ColumnValues.Of<bool>(added, "Flag"), flag => Assert.True(label == "Key" || flag));
            Assert.All(ColumnValues.Of<uint>(added, "Key"), key => Assert.True(label == "Flag" || key == 1));
        }
    }

    [Theory]
    [InlineData(new[] { 12, 1 }, true)]
    [InlineData(new[] { 12, 2 }, false)]
    public void A_label_of_one_row_brings_a_warning_that_says_what_can_be_made_of_it(int[] real, bool warns)
    {
        List<string> warnings = [];
        _ml.Log += (_, message) =>
        {
            if (message.Kind == Runtime.ChannelMessageKind.Warning)
                warnings.Add(message.RawMessage);
        };
        Added(Rows(real), null, options => options.Balance = true);
        Assert.Equal(warns, warnings.Any(text => text.Contains("One row alone has 'class 1' in column 'Label'", StringComparison.Ordinal)));
    }

    [Fact]
    public void Thousands_of_categories_take_bounded_memory()
    {
        Row[] rows = [.. Enumerable.Range(0, 6000).Select(i => new Row { Label = $"class {i}", Number = i })];
        IDataView view = _ml.Data.LoadFromEnumerable(rows);
        string[] labels = Added(view, 50, options => options.MaxCategories = 3000);

        Assert.Equal(50, labels.Length);
        Assert.All(labels, label => Assert.StartsWith("class ", label, StringComparison.Ordinal));
    }

    private static int[] Counts(string[] labels, int classes) =>
        [.. Enumerable.Range(0, classes).Select(i => labels.Count(label => label == $"class {i}"))];

    private IDataView Rows(params int[] counts) => _ml.Data.LoadFromEnumerable(counts
        .SelectMany((count, i) => Enumerable.Range(0, count).Select(k => new Row { Label = $"class {i}", Number = (10 * i) + (k % 7), Flag = i == 0 }))
        .ToArray());

    private string[] Added(IDataView rows, long? rowCount, Action<DiffusionAugmentEstimator.Options> change)
    {
        DiffusionAugmentEstimator.Options options = Quick.Generation<DiffusionAugmentEstimator.Options>();
        change(options);
        return ColumnValues.Texts(_ml.Transforms.DiffusionAugment(rowCount, "Label", options).Fit(rows).AddedRows!, "Label");
    }

    private sealed class Row
    {
        public string Label { get; set; } = "";

        public float Number { get; set; }

        public bool Flag { get; set; }
    }
}
