using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Fuzzing.SeriesModels;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Series.Methods;
using Microsoft.ML.Diffusion.Tests;
using Microsoft.ML.Diffusion.Tests.Conformance;

namespace Microsoft.ML.Diffusion.Series.Tests.Estimator;

/// <summary>Texts and keys among the variables.</summary>
public class CategoryTests
{
    private static readonly MLContext s_ml = new(seed: 1);

    public static TheoryData<string> Methods => [.. SeriesImputationMethods.All.Select(method => method.Name)];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Texts_and_keys_are_filled_by_every_method_and_observed_ones_stay(string method)
    {
        IDataView view = Keyed(Rows(12));
        foreach (ImputationMode mode in Enum.GetValues<ImputationMode>())
        {
            DiffusionImputeSeriesEstimator estimator = Estimator(method, mode);
            DiffusionImputeSeriesTransformer model = estimator.Fit(view);
            IDataView filled = model.Transform(view);
            string[] before = Texts(view, "State"), after = Texts(filled, "State");
            Assert.Equal(view.Schema["Shift"].Type, filled.Schema["Shift"].Type);
            uint[] keysBefore = ColumnValues.Of<uint>(view, "Shift"), keysAfter = ColumnValues.Of<uint>(filled, "Shift");
            Assert.Contains("", before);
            Assert.Contains(0u, keysBefore);
            for (int i = 0; i < before.Length; i++)
            {
                Assert.Contains(after[i], (string[])["calm", "ill", "worse"]);
                Assert.InRange(keysAfter[i], 1u, 2u);
                Assert.True(before[i].Length == 0 || before[i] == after[i]);
                Assert.True(keysBefore[i] == 0 || keysBefore[i] == keysAfter[i]);
            }

            Assert.All(ColumnValues.Of<float>(filled, "HR"), value => Assert.True(float.IsFinite(value)));
            using var file = new MemoryStream();
            s_ml.Model.Save(model, view.Schema, file);
            file.Position = 0;
            Assert.Equal(Cells.Of(filled), Cells.Of(new MLContext().Model.Load(file, out _).Transform(view)));
            Assert.Equal(
                Shape.Of(filled).Select(column => $"{column.Name} {column.ItemType} {column.IsKey}").Order(StringComparer.Ordinal),
                estimator.GetOutputSchema(Shape.Of(view)).Select(column => $"{column.Name} {column.ItemType} {column.IsKey}")
                    .Order(StringComparer.Ordinal));
        }
    }

    [Theory]
    [InlineData("smoother")]
    [InlineData("linear")]
    public void The_best_guess_is_the_category_of_the_steps_around(string method)
    {
        List<Step> rows = Rows(20);
        IDataView filled = Estimator(method, ImputationMode.Expectation).Fit(Keyed(rows)).Transform(Keyed(rows));
        string[] states = Texts(filled, "State");
        int[] hidden = [.. Enumerable.Range(0, rows.Count).Where(i => rows[i].State.Length == 0)];
        double right = hidden.Average(i => states[i] == rows[i].Truth ? 1.0 : 0);
        Assert.InRange(right, 0.75, 1);
    }

    [Fact]
    public void A_draw_takes_each_category_as_often_as_it_is_probable_and_the_same_seed_gives_the_same()
    {
        // The mean says of every cell what the shares of all are.
        List<Step> rows = Rows(60);
        IDataView view = Keyed(rows);
        DiffusionImputeSeriesTransformer model = Estimator("mean", ImputationMode.Draw).Fit(view);
        string[] drawn = Texts(model.Transform(view), "State");
        Assert.Equal(drawn, Texts(model.Transform(view), "State"));
        Assert.NotEqual(drawn, Texts(model.WithMode(ImputationMode.Draw, draw: 1).Transform(view), "State"));
        string[] seen = [.. rows.Select(row => row.State).Where(state => state.Length > 0)];
        string[] filled = [.. drawn.Where((_, i) => rows[i].State.Length == 0)];
        foreach (string state in (string[])["calm", "ill", "worse"])
        {
            double share = seen.Count(one => one == state) / (double)seen.Length;
            Assert.Equal(share, filled.Count(one => one == state) / (double)filled.Length, 0.1);
        }
    }

    [Fact]
    public void Appended_steps_get_the_categories_of_the_whole_causal_series()
    {
        List<Step> rows = Rows(3);
        foreach (ImputationMode mode in Enum.GetValues<ImputationMode>())
        {
            DiffusionImputeSeriesTransformer model = Estimator("smoother", mode, SeriesDirection.Causal, ["State", "HR"]).Fit(View(rows));
            using SeriesEngine<Step> engine = model.CreateSeriesEngine<Step>(s_ml);
            string[] whole = Texts(model.Transform(View(rows)), "State");
            Assert.Equal(whole, rows.Select(row => engine.Append(row.Copy()).State));
        }
    }

    [Fact]
    public void Categories_that_training_did_not_meet_stay_and_a_column_never_observed_stays_empty()
    {
        List<Step> rows = Rows(6);
        string[] columns = ["State", "Note"];
        DiffusionImputeSeriesTransformer model = Estimator("linear", ImputationMode.Expectation, columns: columns).Fit(View(rows));
        List<Step> others = Rows(6);
        others[3].State = "asleep";
        IDataView filled = model.Transform(View(others));
        Assert.Equal("asleep", Texts(filled, "State")[3]);
        Assert.All(Texts(filled, "Note"), Assert.Empty);
    }

    [Fact]
    public void Intervals_are_of_numbers_alone()
    {
        IDataView view = View(Rows(12));
        DiffusionImputeSeriesEstimator estimator = s_ml.Transforms.DiffusionImputeSeries(
            ["State", "HR"], "Patient", "Hour", new() { Method = QuickSeries.Options("smoother"), UncertaintyColumns = true });
        IDataView filled = estimator.Fit(view).Transform(view);
        Assert.Equal(
            ["HR.Lower", "HR.Upper", "HR.StandardDeviation"],
            filled.Schema.Select(column => column.Name).Where(name => name.Contains('.', StringComparison.Ordinal)));
        Assert.All(ColumnValues.Of<float>(filled, "HR.Upper"), value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void A_model_of_categories_refuses_numbers_in_their_place()
    {
        ITransformer model = Estimator("linear", ImputationMode.Expectation, columns: ["State"]).Fit(View(Rows(3)));
        IDataView numbers = s_ml.Data.LoadFromEnumerable(new[] { new { Patient = "a", Hour = 1f, State = 2f } });
        Assert.Contains("trained on categories", Assert.Throws<ArgumentException>(() => model.Transform(numbers)).Message,
            StringComparison.Ordinal);
    }

    private static DiffusionImputeSeriesEstimator Estimator(
        string method, ImputationMode mode, SeriesDirection direction = SeriesDirection.Smooth, string[]? columns = null) =>
        s_ml.Transforms.DiffusionImputeSeries(
            columns ?? ["State", "HR", "Shift"], "Patient", "Hour",
            new() { Method = QuickSeries.Options(method), Mode = mode, Direction = direction });

    private static IDataView View(List<Step> rows) => s_ml.Data.LoadFromEnumerable(rows);

    private static IDataView Keyed(List<Step> rows) =>
        s_ml.Transforms.Conversion.MapValueToKey("Shift", "ShiftText").Fit(View(rows)).Transform(View(rows));

    private static string[] Texts(IDataView view, string name) =>
        [.. ColumnValues.Of<ReadOnlyMemory<char>>(view, name).Select(text => text.ToString())];

    /// <summary>Patients whose state lasts for some hours, with a quarter of the cells missing.</summary>
    private static List<Step> Rows(int patients)
    {
        var random = new Random(3);
        string[] states = ["calm", "ill", "worse"];
        List<Step> rows = [];
        for (int p = 0; p < patients; p++)
        {
            int state = random.Next(3);
            for (int t = 0; t < 24; t++)
            {
                if (random.NextDouble() < 0.1)
                    state = random.Next(3);
                rows.Add(new Step
                {
                    Patient = $"p{p}",
                    Hour = t,
                    HR = random.NextDouble() < 0.25 ? float.NaN : 60 + 20 * state + (float)random.NextDouble(),
                    Truth = states[state],
                    State = random.NextDouble() < 0.25 ? "" : states[state],
                    ShiftText = random.NextDouble() < 0.25 ? "" : t % 12 < 6 ? "day" : "night",
                });
            }
        }

        return rows;
    }

    private sealed class Step
    {
        public string Patient { get; set; } = "";

        public float Hour { get; set; }

        public float HR { get; set; }

        public string State { get; set; } = "";

        public string Truth { get; set; } = "";

        public string ShiftText { get; set; } = "";

        public string Note { get; set; } = "";

        public Step Copy() => (Step)MemberwiseClone();
    }
}
