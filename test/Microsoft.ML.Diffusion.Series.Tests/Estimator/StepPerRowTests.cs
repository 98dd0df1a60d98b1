using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Fuzzing.SeriesModels;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Series.Methods;
using Microsoft.ML.Diffusion.Tests;
using Microsoft.ML.Diffusion.Tests.Conformance;

namespace Microsoft.ML.Diffusion.Series.Tests.Estimator;

public class StepPerRowTests
{
    private static readonly string[] s_variables = [nameof(Observation.HR), nameof(Observation.Lactate)];

    private static readonly List<Observation> s_rows = Observation.Make(12);

    // Every method, in every direction and mode that it knows.
    public static TheoryData<string, SeriesDirection, ImputationMode> Ways
    {
        get
        {
            TheoryData<string, SeriesDirection, ImputationMode> ways = [];
            foreach (SeriesImputationMethod method in SeriesImputationMethods.All)
            {
                string name = method.Name;
                foreach (SeriesDirection direction in Enum.GetValues<SeriesDirection>())
                {
                    if (!method.KnowsCausal && direction == SeriesDirection.Causal)
                        continue;
                    ways.Add(name, direction, ImputationMode.Expectation);
                    ways.Add(name, direction, ImputationMode.Draw);
                }
            }
            return ways;
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Rows_in_any_order_come_out_in_the_same_order_with_the_same_values(
        string method, SeriesDirection direction, ImputationMode mode)
    {
        var ml = new MLContext(seed: 1);
        ITransformer model = Fit(ml, s_rows, method, direction, mode);
        Dictionary<string, string> expected = Filled(ml, model, s_rows).ToDictionary(Key, row => row.Exact(), StringComparer.Ordinal);
        Observation[] mixed = [.. s_rows];
        new Random(5).Shuffle(mixed);
        List<Observation> filled = Filled(ml, model, mixed);
        Assert.Equal(mixed.Select(Key), filled.Select(Key));
        Assert.All(filled, row => Assert.Equal(expected[Key(row)], row.Exact()));
        Assert.Equal(Values(s_rows), Values(Filled(ml, Fit(ml, s_rows, method, direction, mode), s_rows), onlyWhereSeen: s_rows));
        if (mode == ImputationMode.Expectation)
            Assert.Equal(Filled(ml, Fit(ml, mixed, method, direction, mode), mixed).Select(Key), filled.Select(Key));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_group_comes_out_alone_as_it_does_among_others(string method, SeriesDirection direction, ImputationMode mode)
    {
        var ml = new MLContext(seed: 1);
        ITransformer model = Fit(ml, s_rows, method, direction, mode);
        List<Observation> together = Filled(ml, model, s_rows);
        foreach (string patient in s_rows.Select(row => row.Patient).Distinct())
        {
            Observation[] own = [.. s_rows.Where(row => row.Patient == patient)];
            IEnumerable<string> expected = together.Where(row => row.Patient == patient).Select(row => row.Exact());
            Assert.Equal(expected, Filled(ml, model, own).Select(row => row.Exact()));
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void What_is_filled_causally_never_changes_with_the_future(string method, SeriesDirection direction, ImputationMode mode)
    {
        var ml = new MLContext(seed: 1);
        ITransformer model = Fit(ml, s_rows, method, direction, mode);
        List<Observation> expected = Filled(ml, model, s_rows);
        bool isChanged = false;
        foreach (float now in (float[])[1, 3, 6, 12])
        {
            Observation[] changed = [.. s_rows.Select(row => row.Copy())];
            foreach (Observation row in changed.Where(row => row.Hour > now))
                (row.HR, row.Lactate, row.Hour) = (500, -3, row.Hour + 0.01f);
            List<Observation> filled = Filled(ml, model, changed);
            int[] past = [.. Enumerable.Range(0, changed.Length).Where(i => changed[i].Hour <= now)];
            Assert.NotEmpty(past);
            if (direction == SeriesDirection.Causal)
                Assert.All(past, i => Assert.Equal(expected[i].Exact(), filled[i].Exact()));
            isChanged |= past.Any(i => expected[i].Exact() != filled[i].Exact());
        }
        // Else the test could not fail.
        Assert.Equal(method is not ("mean" or "forward") && direction == SeriesDirection.Smooth, isChanged);
    }

    [Fact]
    public void The_time_may_be_of_any_type_and_its_real_distances_count()
    {
        var ml = new MLContext(seed: 1);
        double[] hours = [2, 0, 10, 4];
        float[] values = [float.NaN, 10, 30, float.NaN];
        float[] expected = [14, 10, 30, 18];
        DateTime day = new(2026, 3, 1, 0, 0, 0, DateTimeKind.Utc);
        Check(hours.Select((hour, i) => new { At = (float)hour, X = values[i] }));
        Check(hours.Select((hour, i) => new { At = hour, X = values[i] }));
        Check(hours.Select((hour, i) => new { At = (long)hour, X = values[i] }));
        Check(hours.Select((hour, i) => new { At = (int)hour, X = values[i] }));
        Check(hours.Select((hour, i) => new { At = day.AddHours(hour), X = values[i] }));
        Check(hours.Select((hour, i) =>
            new { At = new DateTimeOffset(day.AddHours(hour)).ToOffset(TimeSpan.FromHours(i)), X = values[i] }));

        void Check<T>(IEnumerable<T> rows)
            where T : class
        {
            IDataView view = ml.Data.LoadFromEnumerable(rows);
            ITransformer model = ml.Transforms.DiffusionImputeSeries(
                ["X"], orderColumn: "At", options: new() { Method = SeriesImputationMethods.Find("linear")!.NewOptions() }).Fit(view);
            float[] filled = ColumnValues.Of<float>(model.Transform(view), "X");
            Assert.All(filled.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 4));
        }
    }

    [Fact]
    public void Longer_gaps_stay_missing_in_hours_of_dates_too()
    {
        var ml = new MLContext(seed: 1);
        DateTime day = new(2026, 3, 1);
        IDataView view = ml.Data.LoadFromEnumerable(new double[] { 0, 1, 2, 3, 30, 60 }
            .Select(hour => new { At = day.AddHours(hour), X = hour is 1 or 30 ? float.NaN : 5f }));
        DiffusionImputeSeriesEstimator.Options options = new()
        {
            MaxGap = 24,
            Method = SeriesImputationMethods.Find("linear")!.NewOptions(),
        };
        DiffusionImputeSeriesTransformer model = ml.Transforms.DiffusionImputeSeries(["X"], orderColumn: "At", options: options).Fit(view);
        Assert.Equal([5, 5, 5, 5, float.NaN, 5], ColumnValues.Of<float>(model.Transform(view), "X"));
        Assert.Equal([5, 5, 5, 5, 5, 5], ColumnValues.Of<float>(model.WithMaxGap(null).Transform(view), "X"));
    }

    [Fact]
    public void Draws_differ_by_number_and_depend_on_seed_group_and_time_alone()
    {
        var ml = new MLContext(seed: 1);
        DiffusionImputeSeriesTransformer model = Fit(ml, s_rows, "forward", SeriesDirection.Causal, ImputationMode.Draw);
        string[] one = [.. Filled(ml, model, s_rows).Select(row => row.Exact())];
        string[] other = [.. Filled(ml, model.WithMode(ImputationMode.Draw, draw: 1), s_rows).Select(row => row.Exact())];
        string[] seeded = [.. Filled(ml, model.WithMode(ImputationMode.Draw, seed: 9), s_rows).Select(row => row.Exact())];
        for (int i = 0; i < one.Length; i++)
        {
            bool isComplete = !float.IsNaN(s_rows[i].HR) && !double.IsNaN(s_rows[i].Lactate);
            Assert.Equal(isComplete, one[i] == other[i]);
            Assert.Equal(isComplete, one[i] == seeded[i]);
        }
    }

    [Fact]
    public void A_saved_model_fills_the_same_and_promises_the_same_columns()
    {
        var ml = new MLContext(seed: 1);
        IDataView view = ml.Data.LoadFromEnumerable(s_rows);
        DiffusionImputeSeriesEstimator estimator = Estimator(ml, "linear", SeriesDirection.Causal, ImputationMode.Draw, maxGap: 3);
        DiffusionImputeSeriesTransformer model = estimator.Fit(view);
        using var file = new MemoryStream();
        ml.Model.Save(model, view.Schema, file);
        file.Position = 0;
        ITransformer loaded = new MLContext().Model.Load(file, out _);
        Assert.Equal(Cells.Of(model.Transform(view)), Cells.Of(loaded.Transform(view)));
        DiffusionImputeSeriesTransformer own = Assert.IsType<DiffusionImputeSeriesTransformer>(loaded);
        Assert.Equal((3.0, "Patient", "Hour"), (own.MaxGap, own.GroupColumn, own.OrderColumn));
        Assert.Equal(
            model.GetOutputSchema(view.Schema).Select(column => $"{column.Name} {column.Type}"),
            loaded.GetOutputSchema(view.Schema).Select(column => $"{column.Name} {column.Type}"));
        Assert.Equal(
            Shape.Of(model.Transform(view)).Select(column => $"{column.Name} {column.ItemType}").Order(StringComparer.Ordinal),
            estimator.GetOutputSchema(Shape.Of(view)).Select(column => $"{column.Name} {column.ItemType}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Rows_are_read_when_a_filled_value_is_asked_for_and_views_that_shuffle_or_cache_change_nothing()
    {
        var ml = new MLContext(seed: 1);
        IDataView view = ml.Data.LoadFromEnumerable(s_rows);
        ITransformer model = Fit(ml, s_rows, "linear", SeriesDirection.Smooth, ImputationMode.Expectation);
        var spy = new SpyView(view);
        IDataView transformed = model.Transform(spy);
        Cells.Of(transformed, "Age");
        Assert.Equal([["Age"]], spy.Asked);

        List<string> expected = Cells.Of(model.Transform(view));
        Assert.Equal(expected, Cells.Of(model.Transform(ml.Data.Cache(view))));
        IDataView shuffled = ml.Data.ShuffleRows(ml.Data.Cache(view), seed: 4);
        Assert.Equal(expected.Order(StringComparer.Ordinal), Cells.Of(model.Transform(shuffled)).Order(StringComparer.Ordinal));
        Assert.NotEqual(expected, Cells.Of(model.Transform(shuffled)));
    }

    [Fact]
    public async Task Several_cursors_from_several_threads_see_the_same()
    {
        var ml = new MLContext(seed: 1);
        ITransformer model = Fit(ml, s_rows, "linear", SeriesDirection.Smooth, ImputationMode.Expectation);
        IDataView transformed = model.Transform(ml.Data.LoadFromEnumerable(s_rows));
        List<string>[] together = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Cells.Of(transformed))));
        Assert.All(together, cells => Assert.Equal(together[0], cells));
        Assert.Equal(s_rows.Count, together[0].Count);
    }

    [Fact]
    public void A_prediction_engine_sees_a_series_of_one_step_and_the_log_says_so_once()
    {
        var ml = new MLContext(seed: 1);
        List<string> log = [];
        ml.Log += (_, e) => log.Add(e.RawMessage);
        IDataView view = ml.Data.LoadFromEnumerable(s_rows);
        var chain = Estimator(ml, "linear", SeriesDirection.Smooth, ImputationMode.Expectation)
            .Append(ml.Transforms.CopyColumns("Copied", "HR")).Fit(view);
        using PredictionEngine<Observation, Observation> engine = ml.Model.CreatePredictionEngine<Observation, Observation>(chain);
        using PredictionEngine<Observation, Observation> another = ml.Model.CreatePredictionEngine<Observation, Observation>(chain);
        double mean = s_rows.Where(row => !double.IsNaN(row.Lactate)).Average(row => row.Lactate);
        Assert.All(s_rows, row => Assert.Equal(double.IsNaN(row.Lactate) ? mean : row.Lactate, engine.Predict(row).Lactate, 10));
        Assert.Single(log, message => message.Contains("series of one step", StringComparison.Ordinal));
    }

    [Fact]
    public void Groups_may_be_keys_or_numbers_and_the_first_row_says_what_holds_for_the_series()
    {
        var ml = new MLContext(seed: 1);
        IDataView view = ml.Data.LoadFromEnumerable(s_rows.Select(row =>
            new { row.Patient, Number = int.Parse(row.Patient.AsSpan(1)), row.Hour, row.HR, row.Age, row.Dies }));
        IDataView keyed = ml.Transforms.Conversion.MapValueToKey("Key", "Patient")
            .Append(ml.Transforms.Conversion.ConvertType("Single", "Number")).Fit(view).Transform(view);
        string[] groups = ["Patient", "Key", "Number", "Single"];
        float[][] filled = [.. groups.Select(Filled)];
        Assert.All(filled, values => Assert.Equal(filled[0], values));

        float[] Filled(string group)
        {
            DiffusionImputeSeriesEstimator.Options options = new()
            {
                StaticColumns = ["Age", "Dies"],
                Method = SeriesImputationMethods.Find("linear")!.NewOptions(),
            };
            ITransformer model = ml.Transforms.DiffusionImputeSeries(["HR"], group, "Hour", options).Fit(keyed);
            return ColumnValues.Of<float>(model.Transform(keyed), "HR");
        }
    }

    private static DiffusionImputeSeriesTransformer Fit(
        MLContext ml, IEnumerable<Observation> rows, string method, SeriesDirection direction, ImputationMode mode) =>
        Estimator(ml, method, direction, mode).Fit(ml.Data.LoadFromEnumerable(rows));

    private static DiffusionImputeSeriesEstimator Estimator(
        MLContext ml, string method, SeriesDirection direction, ImputationMode mode, double? maxGap = null) =>
        ml.Transforms.DiffusionImputeSeries(s_variables, "Patient", "Hour", new()
        {
            Method = QuickSeries.Options(method),
            Direction = direction,
            Mode = mode,
            MaxGap = maxGap,
            StaticColumns = [nameof(Observation.Age)],
        });

    private static List<Observation> Filled(MLContext ml, ITransformer model, IEnumerable<Observation> rows) =>
        [.. ml.Data.CreateEnumerable<Observation>(model.Transform(ml.Data.LoadFromEnumerable(rows)), reuseRowObject: false)];

    private static string Key(Observation row) => $"{row.Patient} {row.Hour}";

    private static IEnumerable<string> Values(List<Observation> rows, List<Observation>? onlyWhereSeen = null) => rows.Select((row, i) =>
    {
        Observation seen = (onlyWhereSeen ?? rows)[i];
        return $"{(float.IsNaN(seen.HR) ? seen.HR : row.HR)} {(double.IsNaN(seen.Lactate) ? seen.Lactate : row.Lactate)}";
    });
}
