using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods.Conditional;
using Microsoft.ML.Diffusion.Models.MultipleImputation;
using Microsoft.ML.Diffusion.Tests.Conformance;

namespace Microsoft.ML.Diffusion.Tests.MultipleImputation;

public class MultiplyImputeTests
{
    private const string Age = nameof(SampleRow.Age), Income = nameof(SampleRow.Income);

    private readonly MLContext _ml = new(seed: 3);

    [Fact]
    public void Every_view_keeps_what_was_observed_and_fills_in_the_rest()
    {
        IDataView rows = Rows(60);
        IReadOnlyList<IDataView> views = _ml.Data.MultiplyImpute(rows, 3, Quick.Options());

        Assert.Equal(3, views.Count);
        float[] before = ColumnValues.Of<float>(rows, Age);
        foreach (IDataView view in views)
        {
            float[] after = ColumnValues.Of<float>(view, Age);
            Assert.All(before.Zip(after), pair => Assert.True(float.IsNaN(pair.First) ? float.IsFinite(pair.Second) : pair.First == pair.Second));
            Assert.DoesNotContain("", ColumnValues.Texts(view, nameof(SampleRow.City)), StringComparer.Ordinal);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(null)]
    public void Draws_differ_and_reading_one_again_gives_the_same(int? models)
    {
        IReadOnlyList<IDataView> views = _ml.Data.MultiplyImpute(Rows(60), 3, Quick.Options(), models, Age, Income);

        double[][] incomes = [.. views.Select(view => ColumnValues.Of<double>(view, Income))];
        Assert.NotEqual(incomes[0], incomes[1]);
        Assert.NotEqual(incomes[1], incomes[2]);
        Assert.NotEqual(incomes[0], incomes[2]);
        Assert.Equal(incomes[2], ColumnValues.Of<double>(views[2], Income));
    }

    [Fact]
    public void The_same_seed_gives_the_same_imputations()
    {
        IDataView rows = Rows(60);
        double[] Incomes(int seed) => ColumnValues.Of<double>(new MLContext(seed).Data.MultiplyImpute(rows, 2, Quick.Options())[1], Income);

        Assert.Equal(Incomes(5), Incomes(5));
        Assert.NotEqual(Incomes(5), Incomes(6));
    }

    [Fact]
    public void One_model_is_the_one_that_the_estimator_trains()
    {
        // What draws do not need set aside.
        IDataView rows = Rows(60);
        DiffusionImputeEstimator.Options options = Quick.Options(
            method => (method.Members, method.ValidationShare, method.Draws) = (ImputationMembers.Gaussian, 0, true));
        DiffusionImputeTransformer transformer = _ml.Transforms.DiffusionImpute(Quick.Pairs(Age, Income), options).Fit(rows);
        IReadOnlyList<IDataView> ours = _ml.Data.MultiplyImpute(rows, 2, Quick.Options(), models: 1, Age, Income), given = _ml.Data.MultiplyImpute(rows, transformer, 2);

        for (int draw = 0; draw < 2; draw++)
        {
            double[] expected = ColumnValues.Of<double>(transformer.WithMode(ImputationMode.Draw, draw).Transform(rows), Income);
            Assert.Equal(expected, ColumnValues.Of<double>(ours[draw], Income));
            Assert.Equal(expected, ColumnValues.Of<double>(given[draw], Income));
        }
    }

    [Fact]
    public void The_estimates_of_the_views_can_be_pooled()
    {
        List<SampleRow> truth = SampleRow.Make(300);
        DiffusionImputeEstimator.Options options = Quick.Options(method => (method.Epochs, method.Width) = (200, 32));
        IReadOnlyList<IDataView> views = _ml.Data.MultiplyImpute(_ml.Data.LoadFromEnumerable(truth), 4, options, models: 2, Age, Income, nameof(SampleRow.Signals));

        (double Mean, double StandardError)[] fits = [.. views.Select(view => MeanOf(ColumnValues.Of<double>(view, Income)))];
        PooledEstimate income = Rubin.Pool([.. fits.Select(fit => fit.Mean)], [.. fits.Select(fit => fit.StandardError)], completeDegreesOfFreedom: 299);

        // 1000 times a uniform number, plus 600 for one half of the rows.
        Assert.InRange(income.Estimate, 740, 860);
        Assert.InRange(income.MissingInformation, 0.005, 0.5);
        Assert.InRange(income.Upper - income.Lower, 80, 160);

        static (double Mean, double StandardError) MeanOf(double[] values)
        {
            double mean = values.Average();
            return (mean, Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1) / values.Length));
        }
    }

    [Fact]
    public void Few_rows_are_given_small_networks_unless_the_options_say_otherwise()
    {
        Recorder recorder = new();
        DiffusionImputeEstimator.Options options = new() { Progress = recorder };
        _ml.Data.MultiplyImpute(Rows(30), 1, options, models: 1, Age, Income);
        Assert.Equal(2000, recorder.Reports[^1].Steps, 10.0);

        options.Method = new ConditionalOptions { Epochs = 100 };
        _ml.Data.MultiplyImpute(Rows(30), 1, options, models: 1, Age, Income);
        Assert.Equal(100 * 30 / 128, recorder.Reports[^1].Steps);
    }

    [Fact]
    public void No_column_named_means_all_that_can_be_filled_in_save_the_predictors()
    {
        DiffusionImputeEstimator.Options options = Quick.Options();
        options.PredictorColumns = [Income];
        IDataView view = _ml.Data.MultiplyImpute(Rows(60), 1, options)[0];

        Assert.Contains(double.NaN, ColumnValues.Of<double>(view, Income));
        Assert.DoesNotContain(float.NaN, ColumnValues.Of<float>(view, Age));
        Assert.DoesNotContain(0u, ColumnValues.Of<uint>(view, nameof(SampleRow.Ward)));
    }

    [Fact]
    public void The_options_stay_as_they_were()
    {
        DiffusionImputeEstimator.Options options = Quick.Options();
        _ml.Data.MultiplyImpute(Rows(20), 1, options, models: 1, Age);
        var method = Assert.IsType<ConditionalOptions>(options.Method);
        Assert.Null(method.Members);
        Assert.Null(method.ValidationShare);
        Assert.Equal(0ul, method.Seed);
        Assert.Equal(ImputationMode.Expectation, options.Mode);
    }

    [Fact]
    public void Progress_goes_once_from_start_to_end()
    {
        Recorder recorder = new();
        DiffusionImputeEstimator.Options options = Quick.Options(method => (method.ValidationShare, method.Epochs) = (0, 300));
        options.Progress = recorder;
        _ml.Data.MultiplyImpute(Rows(60), 3, options);

        int[] steps = [.. recorder.Reports.Select(report => report.Step)];
        Assert.Equal(steps.Order(), steps);
        Assert.InRange(steps[^1], 1, recorder.Reports[^1].Steps);
        Assert.Single(recorder.Reports.Where(report => report.Message.Length == 0).Select(report => report.Steps).Distinct());
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        IDataView rows = Rows(9);
        AssertRefused("m ('0')", () => _ml.Data.MultiplyImpute(rows, 0));
        AssertRefused("m ('-1')", () => _ml.Data.MultiplyImpute(rows, _ml.Transforms.DiffusionImpute(Quick.Pairs(Age), Quick.Options()).Fit(rows), -1));
        AssertRefused("The number of models must lie between 1 and the 2 imputations.", () => _ml.Data.MultiplyImpute(rows, 2, Quick.Options(), models: 3));
        AssertRefused("The number of models must lie between 1 and the 2 imputations.", () => _ml.Data.MultiplyImpute(rows, 2, Quick.Options(), models: 0));
        AssertRefused("Column 'Weight' is not in the view.", () => _ml.Data.MultiplyImpute(rows, 2, Age, "Weight"));
        AssertRefused("Column 'Label' is Boolean", () => _ml.Data.MultiplyImpute(rows, 2, nameof(SampleRow.Label)));
        AssertRefused("no column to fill in", () => _ml.Data.MultiplyImpute(_ml.Data.LoadFromEnumerable([new OnlyCount()]), 2));
        AssertRefused("The table has no rows", () => _ml.Data.MultiplyImpute(Rows(0), 2, Quick.Options()));
    }

    private IDataView Rows(int count) => _ml.Data.LoadFromEnumerable(SampleRow.Make(count));

    private static void AssertRefused(string sentence, Func<object> act)
    {
        Exception refusal = Assert.ThrowsAny<Exception>(act);
        Assert.True(refusal is ArgumentException or InvalidDataException, refusal.ToString());
        Assert.Contains(sentence, refusal.Message, StringComparison.Ordinal);
    }

    private sealed class Recorder : IProgress<TrainingProgress>
    {
        public List<TrainingProgress> Reports { get; } = [];

        public void Report(TrainingProgress value) => Reports.Add(value);
    }

    private sealed class OnlyCount
    {
        public int Count { get; set; }
    }
}
