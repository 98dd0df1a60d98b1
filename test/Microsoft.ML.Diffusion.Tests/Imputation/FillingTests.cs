using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Tests.Conformance;

namespace Microsoft.ML.Diffusion.Tests.Imputation;

public class FillingTests
{
    private readonly MLContext _ml = new(seed: 3);

    [Fact]
    public void Observed_values_stay_to_the_bit_and_missing_ones_are_filled_in()
    {
        List<SampleRow> rows = SampleRow.Make(80);
        IDataView view = _ml.Data.LoadFromEnumerable(rows);
        IDataView filled = Fit(view, SampleRow.Fillable).Transform(view);

        float[] ages = ColumnValues.Of<float>(filled, nameof(SampleRow.Age));
        double[] incomes = ColumnValues.Of<double>(filled, nameof(SampleRow.Income));
        VBuffer<float>[] signals = ColumnValues.Of<VBuffer<float>>(filled, nameof(SampleRow.Signals));
        uint[] wards = ColumnValues.Of<uint>(filled, nameof(SampleRow.Ward));
        string[] cities = ColumnValues.Texts(filled, nameof(SampleRow.City));
        for (int i = 0; i < rows.Count; i++)
        {
            AssertFilled(rows[i].Age, ages[i]);
            AssertFilled((float)rows[i].Income, (float)incomes[i]);
            for (int slot = 0; slot < 3; slot++)
                AssertFilled(rows[i].Signals[slot], signals[i].GetItemOrDefault(slot));
            Assert.InRange(wards[i], 1u, 4u);
            Assert.True(rows[i].Ward > 3 || wards[i] == rows[i].Ward + 1);
            Assert.True(cities[i] is "Oulu" or "Turku");
            Assert.True(rows[i].City.Length == 0 || cities[i] == rows[i].City);
        }

        static void AssertFilled(float before, float after) => Assert.Equal(float.IsNaN(before) ? after : before, float.IsNaN(after) ? -1 : after);
    }

    [Fact]
    public void A_new_output_column_leaves_the_input_column_as_it_is()
    {
        IDataView view = Rows(40);
        IDataView filled = _ml.Transforms.DiffusionImpute(outputColumnName: "AgeFilled", inputColumnName: nameof(SampleRow.Age), options: Quick.Options())
            .Fit(view).Transform(view);

        Assert.Equal(ColumnValues.Of<float>(view, nameof(SampleRow.Age)), ColumnValues.Of<float>(filled, nameof(SampleRow.Age)));
        Assert.DoesNotContain(float.NaN, ColumnValues.Of<float>(filled, "AgeFilled"));
        Assert.Equal("AgeFilled", filled.Schema[filled.Schema.Count - 1].Name);
    }

    [Fact]
    public void The_same_name_keeps_the_columns_in_their_order()
    {
        IDataView view = Rows(40);
        IDataView filled = Fit(view, nameof(SampleRow.Income), nameof(SampleRow.Age)).Transform(view);

        Assert.Equal(view.Schema.Select(column => column.Name), filled.Schema.Where(column => !column.IsHidden).Select(column => column.Name), StringComparer.Ordinal);
    }

    [Fact]
    public void Bare_names_are_columns()
    {
        IDataView view = Rows(40);
        SchemaShape promised = _ml.Transforms.DiffusionImpute(nameof(SampleRow.Age), nameof(SampleRow.Income)).GetOutputSchema(Shape.Of(view));
        Assert.Equal(view.Schema.Count, promised.Count);

        string message = Assert.Throws<ArgumentException>(() => _ml.Transforms.DiffusionImpute("AgeFilled", nameof(SampleRow.Age)).Fit(view)).Message;
        Assert.Contains("outputColumnName: \"AgeFilled\", inputColumnName: \"Age\"", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_predictor_is_read_and_not_filled_in()
    {
        IDataView view = Rows(60);
        DiffusionImputeEstimator.Options options = Quick.Options();
        options.PredictorColumns = [nameof(SampleRow.Income), nameof(SampleRow.City)];
        DiffusionImputeTransformer transformer = _ml.Transforms.DiffusionImpute(Quick.Pairs(nameof(SampleRow.Age)), options).Fit(view);
        IDataView filled = transformer.Transform(view);

        Assert.Equal([nameof(SampleRow.Age), nameof(SampleRow.Income), nameof(SampleRow.City)], transformer.Model.Columns.Select(column => column.Name), StringComparer.Ordinal);
        Assert.Contains(double.NaN, ColumnValues.Of<double>(filled, nameof(SampleRow.Income)));
        Assert.DoesNotContain(float.NaN, ColumnValues.Of<float>(filled, nameof(SampleRow.Age)));
    }

    [Fact]
    public void Annotations_carry_over_save_that_values_are_normalised()
    {
        IDataView rows = Rows(60);
        IDataView view = _ml.Transforms.Conversion.MapValueToKey("CityKey", nameof(SampleRow.City))
            .Append(_ml.Transforms.NormalizeMinMax(nameof(SampleRow.Signals)))
            .Fit(rows).Transform(rows);
        Assert.Contains(view.Schema[nameof(SampleRow.Signals)].Annotations.Schema, annotation => annotation.Name == "IsNormalized");
        IDataView filled = Fit(view, "CityKey", nameof(SampleRow.Signals)).Transform(view);

        Assert.Contains(filled.Schema["CityKey"].Annotations.Schema, annotation => annotation.Name == "KeyValues");
        Assert.DoesNotContain(filled.Schema[nameof(SampleRow.Signals)].Annotations.Schema, annotation => annotation.Name == "IsNormalized");
        Assert.Equal(["Oulu", "Turku"], Fit(view, "CityKey").Model.Columns[0].Categories.Where(name => name.Length > 0).Order(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    [Fact]
    public void A_draw_is_a_matter_of_row_id_seed_and_number()
    {
        IDataView view = _ml.Data.Cache(Rows(60));
        DiffusionImputeTransformer transformer = Fit(view, nameof(SampleRow.Age), nameof(SampleRow.Income)).WithMode(ImputationMode.Draw, seed: 1);
        float[] first = Ages(transformer);

        Assert.Equal(first, Ages(transformer.WithMode(ImputationMode.Draw)));
        Assert.NotEqual(first, Ages(transformer.WithMode(ImputationMode.Draw, draw: 1)));
        Assert.NotEqual(first, Ages(transformer.WithMode(ImputationMode.Draw, seed: 2)));
        Assert.NotEqual(first, Ages(transformer.WithMode(ImputationMode.Expectation)));
        Assert.Equal(first[20..], ColumnValues.Of<float>(transformer.Transform(_ml.Data.SkipRows(view, 20)), nameof(SampleRow.Age)));

        float[] Ages(DiffusionImputeTransformer transformer) => ColumnValues.Of<float>(transformer.Transform(view), nameof(SampleRow.Age));
    }

    [Fact]
    public void The_seed_is_the_context_s_unless_the_options_have_one()
    {
        float[] three = Ages(new MLContext(seed: 3), seed: null);

        Assert.Equal(three, Ages(new MLContext(seed: 3), seed: null));
        Assert.NotEqual(three, Ages(new MLContext(seed: 4), seed: null));
        Assert.Equal(three, Ages(new MLContext(seed: 4), seed: 3));

        static float[] Ages(MLContext ml, int? seed)
        {
            IDataView view = ml.Data.LoadFromEnumerable(SampleRow.Make(60));
            DiffusionImputeEstimator.Options options = Quick.Options();
            options.Seed = seed;
            options.Mode = ImputationMode.Draw;
            return ColumnValues.Of<float>(ml.Transforms.DiffusionImpute(Quick.Pairs(nameof(SampleRow.Age), nameof(SampleRow.Income)), options).Fit(view).Transform(view), nameof(SampleRow.Age));
        }
    }

    [Fact]
    public void Options_changed_afterwards_change_nothing()
    {
        IDataView view = Rows(20);
        DiffusionImputeEstimator.Options options = Quick.Options();
        DiffusionImputeEstimator estimator = _ml.Transforms.DiffusionImpute(Quick.Pairs(nameof(SampleRow.Age)), options);
        options.PredictorColumns = ["NoSuchColumn"];

        Assert.Single(estimator.Fit(view).Model.Columns);
    }

    [Fact]
    public void Progress_reaches_the_log_and_the_listener()
    {
        List<string> lines = [];
        _ml.Log += (_, line) => lines.Add(line.Message);
        List<TrainingProgress> steps = [];
        DiffusionImputeEstimator.Options options = Quick.Options();
        options.Progress = new Listener(steps.Add);
        _ml.Transforms.DiffusionImpute(Quick.Pairs(SampleRow.Fillable), options).Fit(Rows(60));

        Assert.NotEmpty(steps);
        Assert.Contains(lines, line => line.Contains("Training on 60 rows of 7 columns", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("Step ", StringComparison.Ordinal) && line.Contains("loss", StringComparison.Ordinal));
    }

    private IDataView Rows(int count) => _ml.Data.LoadFromEnumerable(SampleRow.Make(count));

    private DiffusionImputeTransformer Fit(IDataView view, params string[] columns) =>
        _ml.Transforms.DiffusionImpute(Quick.Pairs(columns), Quick.Options()).Fit(view);

    private sealed class Listener(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
