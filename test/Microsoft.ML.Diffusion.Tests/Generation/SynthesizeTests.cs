using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Methods.Masked;
using Microsoft.ML.Diffusion.Models.Methods.MedDiff;
using Microsoft.ML.Diffusion.Models.Methods.Smote;
using Microsoft.ML.Diffusion.Models.Methods.TabDdpm;
using Microsoft.ML.Diffusion.Tests.Conformance;

namespace Microsoft.ML.Diffusion.Tests.Generation;

public class SynthesizeTests
{
    private static readonly MLContext s_ml = new(seed: 5);
    private static readonly IDataView s_rows = Keyed(SampleRow.Make(150));
    private static readonly Lazy<DiffusionSynthesizeTransformer> s_model = new(() =>
        s_ml.Transforms.DiffusionSynthesize(nameof(SampleRow.Label), Quick.Generation<DiffusionSynthesizeEstimator.Options>()).Fit(s_rows));

    [Fact]
    public void Rows_have_the_columns_types_and_annotations_of_the_view()
    {
        IDataView made = s_model.Value.Generate(200, new RowConditions().Complete());

        Assert.Equal(s_rows.Schema.Where(column => !column.IsHidden).Select(column => column.ToString()), made.Schema.Select(column => column.ToString()));
        Assert.Equal(KeyValues(s_rows.Schema["Town"]), KeyValues(made.Schema["Town"]));
        Assert.Equal(200, made.GetRowCount());
        Assert.Equal(200, Cells.Of(made).Count);
        Assert.All(ColumnValues.Of<uint>(made, "Town"), key => Assert.InRange(key, 1u, 2u));
        Assert.All(ColumnValues.Of<float>(made, nameof(SampleRow.Age)), age => Assert.InRange(age, 20, 84));
        Assert.All(ColumnValues.Of<VBuffer<float>>(made, nameof(SampleRow.Signals)), signals => Assert.Equal(3, signals.Length));
        Assert.Equal(2, ColumnValues.Of<bool>(made, nameof(SampleRow.Label)).Distinct().Count());
    }

    [Fact]
    public void No_whole_number_is_made_beyond_the_largest_observed_one_however_large()
    {
        // Between numbers that a double has.
        const long First = (1L << 53) + 3;
        IDataView rows = s_ml.Data.LoadFromEnumerable(
            Enumerable.Range(0, 60).Select(i => new Whole { Number = First - (i % 7 * 2), Other = i }));
        var options = Quick.Generation<DiffusionSynthesizeEstimator.Options>();
        IDataView made = s_ml.Transforms.DiffusionSynthesize(null, options).Fit(rows).Generate(300);
        Assert.All(ColumnValues.Of<long>(made, nameof(Whole.Number)), number => Assert.InRange(number, First - 16, First));
    }

    [Fact]
    public void Row_i_depends_on_the_seed_and_i_alone()
    {
        List<string> few = Cells.Of(s_model.Value.Generate(300, seed: 9));
        List<string> many = Cells.Of(s_model.Value.Generate(1500, seed: 9));

        Assert.Equal(few, many.Take(300));
        Assert.NotEqual(few, Cells.Of(s_model.Value.Generate(300, seed: 10)));
        Assert.Equal(many.Count, many.Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(400)]
    public void Parts_one_after_another_are_all_the_rows(int parts)
    {
        const int Count = 307;
        IEnumerable<string> made = Enumerable.Range(0, parts)
            .SelectMany(part => Cells.Of(s_model.Value.GeneratePart(Count, part, parts, seed: 9)));
        Assert.Equal(Cells.Of(s_model.Value.Generate(Count, seed: 9)), made);
        Assert.Throws<ArgumentOutOfRangeException>(() => s_model.Value.GeneratePart(Count, parts, parts));
        Assert.Throws<ArgumentOutOfRangeException>(() => s_model.Value.GeneratePart(Count, 0, 0));
    }

    [Fact]
    public async Task Several_cursors_see_the_same_rows()
    {
        IDataView made = s_model.Value.Generate(700);
        List<string> alone = Cells.Of(made);
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => Cells.Of(made)))), cells => Assert.Equal(alone, cells));
        Assert.Equal(alone, Cells.Of(Assert.Single(made.GetRowCursorSet(made.Schema, 4)), made.Schema));
    }

    [Fact]
    public void Any_number_of_rows_takes_no_memory_and_none_no_time()
    {
        IDataView endless = s_model.Value.Generate(long.MaxValue);
        using DataViewRowCursor cursor = endless.GetRowCursor(endless.Schema);
        ValueGetter<bool> get = cursor.GetGetter<bool>(endless.Schema[nameof(SampleRow.Label)]);
        bool label = false;
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int row = 0; row < 20_000; row++)
        {
            Assert.True(cursor.MoveNext());
            get(ref label);
        }

        // Other tests take memory beside this one, and give it back.
        Assert.True(SpinWait.SpinUntil(() => GC.GetTotalMemory(forceFullCollection: true) - before < 8 << 20, TimeSpan.FromSeconds(20)));
        Assert.Empty(Cells.Of(s_model.Value.Generate(0)));
        Assert.Throws<ArgumentOutOfRangeException>(() => s_model.Value.Generate(-1));
    }

    [Fact]
    public void A_loaded_model_makes_the_same_rows_of_the_same_schema()
    {
        using var file = new MemoryStream();
        s_ml.Model.Save(s_model.Value, s_rows.Schema, file);
        file.Position = 0;
        ITransformer loaded = new MLContext().Model.Load(file, out _);
        var model = loaded as DiffusionSynthesizeTransformer ?? (DiffusionSynthesizeTransformer)((IEnumerable<ITransformer>)loaded).Single();
        var conditions = new RowConditions().Where("Town", "Oulu").Where(nameof(SampleRow.Age), 40, 60);
        IDataView made = model.Generate(100, conditions), expected = s_model.Value.Generate(100, conditions);

        Assert.Equal(Cells.Of(expected), Cells.Of(made));
        Assert.Equal(expected.Schema.Select(column => column.ToString()), made.Schema.Select(column => column.ToString()));
        Assert.Equal(KeyValues(expected.Schema["Town"]), KeyValues(made.Schema["Town"]));
    }

    [Fact]
    public void A_loaded_model_keeps_dates_and_times_that_keys_stand_for()
    {
        var start = new DateTimeOffset(2024, 1, 1, 8, 0, 0, TimeSpan.FromHours(-5));
        IDataView rows = s_ml.Data.LoadFromEnumerable(Enumerable.Range(0, 60).Select(i => new Shift
        {
            Day = start.DateTime.AddDays(i % 4), Moment = start.AddHours(i % 5), Length = TimeSpan.FromTicks(i % 3), Number = i,
        }));
        rows = s_ml.Transforms.Conversion.MapValueToKey([new("Day"), new("Moment"), new("Length")]).Fit(rows).Transform(rows);
        var model = s_ml.Transforms.DiffusionSynthesize(null, Quick.Generation<DiffusionSynthesizeEstimator.Options>()).Fit(rows);
        using var file = new MemoryStream();
        s_ml.Model.Save(model, rows.Schema, file);
        file.Position = 0;
        IDataView made = ((DiffusionSynthesizeTransformer)s_ml.Model.Load(file, out _)).Generate(40);

        made = s_ml.Transforms.Conversion.MapKeyToValue([new("Day"), new("Moment"), new("Length")]).Fit(made).Transform(made);
        Assert.All(ColumnValues.Of<DateTime>(made, "Day"), day => Assert.InRange((day - start.DateTime).TotalDays, 0, 3));
        Assert.All(ColumnValues.Of<DateTimeOffset>(made, "Moment"), moment =>
            Assert.Equal((start.Offset, true), (moment.Offset, (moment - start).TotalHours is 0 or 1 or 2 or 3 or 4)));
        Assert.All(ColumnValues.Of<TimeSpan>(made, "Length"), length => Assert.InRange(length.Ticks, 0, 2));
    }

    [Fact]
    public void Conditions_hold_in_every_row()
    {
        IDataView made = s_model.Value.Generate(120, new RowConditions()
            .Where(nameof(SampleRow.Label), true)
            .Where(nameof(SampleRow.City), "Turku")
            .Where("Town", "Oulu")
            .Where(nameof(SampleRow.Age), 30, 40)
            .Where("Signals.2", -0.5)
            .Where(nameof(SampleRow.Ward), "2")
            .WhereMissing(nameof(SampleRow.Income)));

        Assert.All(ColumnValues.Of<bool>(made, nameof(SampleRow.Label)), Assert.True);
        Assert.All(ColumnValues.Texts(made, nameof(SampleRow.City)), city => Assert.Equal("Turku", city));
        Assert.All(ColumnValues.Of<uint>(made, "Town"), key => Assert.Equal(KeyValues(made.Schema["Town"]).IndexOf("Oulu") + 1, (int)key));
        Assert.All(ColumnValues.Of<float>(made, nameof(SampleRow.Age)), age => Assert.InRange(age, 30, 40));
        Assert.All(ColumnValues.Of<VBuffer<float>>(made, nameof(SampleRow.Signals)), signals => Assert.Equal(-0.5f, signals.GetItemOrDefault(2)));
        Assert.All(ColumnValues.Of<uint>(made, nameof(SampleRow.Ward)), ward => Assert.Equal(2u, ward));
        Assert.All(ColumnValues.Of<double>(made, nameof(SampleRow.Income)), income => Assert.True(double.IsNaN(income)));
    }

    [Fact]
    public void Conditions_that_cannot_hold_are_refused_in_one_sentence()
    {
        Refused("There is no column 'Agee' to set a condition on; did you mean Age?", new RowConditions().Where("Agee", 3));
        Refused("There is no column 'Temperature' to set a condition on; there are Number, Age, Income,",
            new RowConditions().Where("Temperature", 3));
        Refused("No row of the training had 'Paris' in column 'City'; there were", new RowConditions().Where("City", "Paris"));
        Refused("Column 'City' holds categories, not numbers such as 3", new RowConditions().Where("City", 3));
        Refused("Column 'City' holds categories, not numbers such as 1..3", new RowConditions().Where("City", 1, 3));
        Refused("Column 'Age' holds numbers, and 'old' is a text.", new RowConditions().Where("Age", "old"));
        Refused("Column 'Age' has a condition already.", new RowConditions().Where("Age", 30).Where("Age", 40));
        Refused("The range 40 to 30 for column 'Age' is empty.", new RowConditions().Where("Age", 40, 30));
        Refused("No value of column 'Age' that was learned lies between 400 and 500.", new RowConditions().Where("Age", 400, 500));
        Refused("cannot hold", new RowConditions().Where("Age", double.NaN));
        Refused("Column 'Label' is Boolean, in which no value can be missing.", new RowConditions().WhereMissing("Label"));
    }

    [Fact]
    public void A_view_is_made_from_a_view_in_one_call_and_bad_conditions_are_refused_before_the_training()
    {
        IDataView made = s_ml.Data.DiffusionSynthesize(s_rows, 50, nameof(SampleRow.Label), options: Quick.Generation<DiffusionSynthesizeEstimator.Options>());
        Assert.Equal(Cells.Of(s_model.Value.Generate(50)), Cells.Of(made));

        DiffusionSynthesizeEstimator.Options endless = Quick.Endless<DiffusionSynthesizeEstimator.Options>(CancellationToken.None);
        Assert.Throws<ArgumentException>(() => s_ml.Data.DiffusionSynthesize(s_rows, 50, conditions: new RowConditions().Where("City", "Paris"), options: endless));

        // Ranges and missing cells are for masked diffusion; TabDDPM would find out hours later.
        endless.Method = new TabDdpmOptions();
        void RefusedBy(string method, RowConditions? conditions) => Assert.Contains(
            $"{method} knows fixed values only",
            Assert.Throws<ArgumentException>(() => s_ml.Data.DiffusionSynthesize(s_rows, 50, conditions: conditions, options: endless)).Message,
            StringComparison.Ordinal);
        RefusedBy("TabDDPM", new RowConditions().Where("Age", 30, 40));
        RefusedBy("TabDDPM", new RowConditions().WhereMissing("Age"));
        endless.Method = new SmoteOptions();
        RefusedBy("SMOTE", new RowConditions().WhereMissing("Age"));
    }

    [Fact]
    public void Cells_come_out_missing_as_in_the_training_rows_unless_complete_rows_are_asked_for()
    {
        DiffusionSynthesizeTransformer model = s_model.Value;
        IDataView made = model.Generate(300);
        Assert.InRange(ColumnValues.Of<float>(made, "Age").Count(float.IsNaN), 15, 150);
        Assert.InRange(ColumnValues.Texts(made, "City").Count(city => city.Length == 0), 15, 150);
        IDataView complete = model.Generate(300, new RowConditions().Complete());
        Assert.DoesNotContain(float.NaN, ColumnValues.Of<float>(complete, "Age"));
        Assert.DoesNotContain("", ColumnValues.Texts(complete, "City"));

        // What the options say is saved with the model.
        DiffusionSynthesizeEstimator.Options options = Quick.Generation<DiffusionSynthesizeEstimator.Options>();
        ((MaskedOptions)options.Method).KeepMissing = false;
        var filled = s_ml.Transforms.DiffusionSynthesize(nameof(SampleRow.Label), options).Fit(s_rows);
        using MemoryStream file = new();
        s_ml.Model.Save(filled, s_rows.Schema, file);
        file.Position = 0;
        var loaded = (DiffusionSynthesizeTransformer)s_ml.Model.Load(file, out _);
        Assert.DoesNotContain(float.NaN, ColumnValues.Of<float>(loaded.Generate(300), "Age"));
        Assert.Equal(Cells.Of(complete), Cells.Of(loaded.Generate(300)));
    }

    [Fact]
    public void Whole_numbers_stay_whole_and_in_the_range_of_their_type()
    {
        IDataView rows = s_ml.Data.LoadFromEnumerable(Enumerable.Range(0, 200).Select(i => new Counts { Small = (byte)(i % 5), Signed = (short)((i % 7) - 3), Plain = 100 * i, Large = 1L << (i % 50) }).ToArray());
        IDataView made = s_ml.Data.DiffusionSynthesize(rows, 300, options: Quick.Generation<DiffusionSynthesizeEstimator.Options>());

        Assert.All(ColumnValues.Of<byte>(made, nameof(Counts.Small)), value => Assert.InRange(value, 0, 4));
        Assert.All(ColumnValues.Of<short>(made, nameof(Counts.Signed)), value => Assert.InRange(value, -3, 3));
        Assert.All(ColumnValues.Of<int>(made, nameof(Counts.Plain)), value => Assert.InRange(value, 0, 19_900));
        Assert.All(ColumnValues.Of<long>(made, nameof(Counts.Large)), value => Assert.InRange(value, 1, 1L << 49));
    }

    [Fact]
    public void Smote_makes_rows_and_is_not_saved()
    {
        DiffusionSynthesizeEstimator.Options options = new() { Method = new SmoteOptions() };
        DiffusionSynthesizeTransformer smote = s_ml.Transforms.DiffusionSynthesize(nameof(SampleRow.Label), options).Fit(s_rows);

        Assert.All(ColumnValues.Of<bool>(smote.Generate(30, new RowConditions().Where("Label", true)), "Label"), Assert.True);
        Assert.Contains("SMOTE", Assert.Throws<NotSupportedException>(() => s_ml.Model.Save(smote, s_rows.Schema, new MemoryStream())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Smote_takes_all_rows_where_more_neighbours_are_asked_for_than_there_are()
    {
        DiffusionSynthesizeEstimator.Options options = new() { Method = new SmoteOptions { Neighbors = int.MaxValue } };
        Assert.Equal(20, Cells.Of(s_ml.Transforms.DiffusionSynthesize(nameof(SampleRow.Label), options).Fit(s_rows).Generate(20)).Count);
    }

    [Fact]
    public void A_preset_is_what_an_estimator_takes()
    {
        Assert.Equal((30_000, 4096), Training(DiffusionSynthesizeEstimator.Options.Paper().Method));
        Assert.IsType<MedDiffOptions>(DiffusionSynthesizeEstimator.Options.MedDiff().Method);
        DiffusionAugmentEstimator.Options augment = DiffusionAugmentEstimator.Options.Paper();
        Assert.Equal((30_000, 4096), Training(augment.Method));
        Assert.NotNull(s_ml.Transforms.DiffusionAugment(5, options: augment));
        Assert.NotNull(s_ml.Transforms.DiffusionSynthesize(options: DiffusionSynthesizeEstimator.Options.MedDiff()));

        static (int?, int?) Training(GeneratorOptions options) => options is TabDdpmOptions paper ? (paper.Steps, paper.BatchSize) : default;
    }

    [Fact]
    public void An_estimator_keeps_the_options_that_it_was_made_with()
    {
        DiffusionSynthesizeEstimator.Options options = Quick.Generation<DiffusionSynthesizeEstimator.Options>();
        DiffusionSynthesizeEstimator estimator = s_ml.Transforms.DiffusionSynthesize(nameof(SampleRow.Label), options);
        ((MaskedOptions)options.Method).Steps = 0;
        Assert.Equal(Cells.Of(s_model.Value.Generate(10)), Cells.Of(estimator.Fit(s_rows).Generate(10)));
        Assert.Null(options.Method.LabelColumn);
    }

    [Fact]
    public void Reading_rows_stops_within_a_second() => Interruption.AssertStopsWithinASecond(cancel =>
        Cells.Of(s_model.Value.Generate(10_000_000, cancel: cancel)));

    private static IDataView Keyed(List<SampleRow> rows)
    {
        IDataView view = s_ml.Data.LoadFromEnumerable(rows);
        return s_ml.Transforms.Conversion.MapValueToKey("Town", nameof(SampleRow.City)).Fit(view).Transform(view);
    }

    private static List<string> KeyValues(DataViewSchema.Column column)
    {
        VBuffer<ReadOnlyMemory<char>> values = default;
        column.Annotations.GetValue("KeyValues", ref values);
        return [.. values.DenseValues().Select(value => value.ToString())];
    }

    private static void Refused(string sentence, RowConditions conditions)
    {
        var error = Assert.ThrowsAny<ArgumentException>(() => s_model.Value.Generate(10, conditions));
        Assert.Contains(sentence, error.Message, StringComparison.Ordinal);
    }

    private sealed class Counts
    {
        public byte Small { get; set; }

        public short Signed { get; set; }

        public int Plain { get; set; }

        public long Large { get; set; }
    }

    private sealed class Shift
    {
        public DateTime Day { get; set; }

        public DateTimeOffset Moment { get; set; }

        public TimeSpan Length { get; set; }

        public float Number { get; set; }
    }

    private sealed class Whole
    {
        public long Number { get; set; }

        public int Other { get; set; }
    }

}
