using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Series.Methods;

namespace Microsoft.ML.Diffusion.Series.Tests.Engine;

public class SeriesEngineTests
{
    private static readonly MLContext s_ml = new(seed: 1);

    private static readonly List<Observation> s_rows = Observation.Make(9);

    [Theory]
    [InlineData("mean", ImputationMode.Expectation)]
    [InlineData("forward", ImputationMode.Expectation)]
    [InlineData("forward", ImputationMode.Draw)]
    [InlineData("linear", ImputationMode.Expectation)]
    [InlineData("smoother", ImputationMode.Expectation)]
    [InlineData("smoother", ImputationMode.Draw)]
    public void Appended_steps_come_out_as_the_series_so_far_does(string method, ImputationMode mode)
    {
        DiffusionImputeSeriesTransformer model = Fit(method, SeriesDirection.Causal, mode, maxGap: 4);
        using SeriesEngine<Observation> engine = model.CreateSeriesEngine<Observation>(s_ml);
        string[] whole = [.. engine.Complete(s_rows).Select(row => row.Exact())];
        // Steps of all patients, hour by hour.
        foreach (int i in Enumerable.Range(0, s_rows.Count).OrderBy(i => s_rows[i].Hour))
            Assert.Equal(whole[i], engine.Append(s_rows[i]).Exact());
        Assert.Equal(9, engine.OpenSeries);
    }

    [Fact]
    public void A_chain_predicts_from_appended_steps_and_a_forgotten_series_begins_anew()
    {
        IDataView view = s_ml.Data.LoadFromEnumerable(s_rows);
        ITransformer model = Estimator("forward", SeriesDirection.Causal, ImputationMode.Expectation)
            .Append(s_ml.Transforms.CopyColumns("Age", "HR")).Fit(view);
        using SeriesEngine<Observation> engine = model.CreateSeriesEngine<Observation>(s_ml);
        engine.Append(Step("x", 1, 80));
        Assert.Equal(80, engine.Append(Step("x", 2, float.NaN)).Age);
        Assert.True(engine.Forget("x"));
        Assert.False(engine.Forget("x"));
        float mean = engine.Append(Step("x", 1, float.NaN)).Age;
        Assert.NotEqual(80, mean);
        Assert.Equal(mean, engine.Append(Step("y", 1, float.NaN)).Age);
    }

    [Fact]
    public void A_step_that_is_not_later_is_refused_and_the_series_goes_on()
    {
        using SeriesEngine<Observation> engine = Fit("forward", SeriesDirection.Causal, ImputationMode.Expectation)
            .CreateSeriesEngine<Observation>(s_ml);
        engine.Append(Step("x", 2, 70));
        foreach (float hour in (float[])[2, 1])
        {
            Exception refusal = Assert.ThrowsAny<InvalidDataException>(() => engine.Append(Step("x", hour, 90)));
            Assert.Equal($"The step at {hour} of series 'x' comes after one at 2; later times were expected, each once.", refusal.Message);
        }
        Refused("no time", Step("x", float.NaN, 90));
        Refused("'Patient'", Step("", 3, 90));
        Assert.Equal(70, engine.Append(Step("x", 3, float.NaN)).HR);

        void Refused(string part, Observation step) => Assert.Contains(
            part, Assert.Throws<InvalidDataException>(() => engine.Append(step)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_looks_ahead_and_one_that_fills_no_series_are_refused()
    {
        using SeriesEngine<Observation> engine = Fit("linear", SeriesDirection.Smooth, ImputationMode.Expectation)
            .CreateSeriesEngine<Observation>(s_ml);
        Assert.Contains("Options.Direction = Causal",
            Assert.Throws<InvalidOperationException>(() => engine.Append(s_rows[0])).Message, StringComparison.Ordinal);
        ITransformer other = s_ml.Transforms.CopyColumns("A", "HR").Fit(s_ml.Data.LoadFromEnumerable(s_rows));
        Assert.Contains("0 transformers", Assert.Throws<ArgumentException>(
            () => other.CreateSeriesEngine<Observation>(s_ml)).Message, StringComparison.Ordinal);
        DiffusionImputeSeriesTransformer model = Fit("mean", SeriesDirection.Causal, ImputationMode.Expectation);
        Assert.Contains("no property 'Lactate'", Assert.Throws<ArgumentException>(
            () => model.CreateSeriesEngine<Narrow>(s_ml)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Steps_from_several_threads_each_go_to_their_own_series()
    {
        using SeriesEngine<Observation> engine = Fit("forward", SeriesDirection.Causal, ImputationMode.Expectation)
            .CreateSeriesEngine<Observation>(s_ml);
        Parallel.For(0, 8, patient =>
        {
            engine.Append(Step($"t{patient}", 0, 50 + patient));
            for (int hour = 1; hour < 200; hour++)
                Assert.Equal(50 + patient, engine.Append(Step($"t{patient}", hour, float.NaN)).HR);
        });
    }

    private static Observation Step(string patient, float hour, float hr) => new() { Patient = patient, Hour = hour, HR = hr };

    private static DiffusionImputeSeriesTransformer Fit(
        string method, SeriesDirection direction, ImputationMode mode, double? maxGap = null) =>
        Estimator(method, direction, mode, maxGap).Fit(s_ml.Data.LoadFromEnumerable(s_rows));

    private static DiffusionImputeSeriesEstimator Estimator(
        string method, SeriesDirection direction, ImputationMode mode, double? maxGap = null) =>
        s_ml.Transforms.DiffusionImputeSeries(["HR", "Lactate"], "Patient", "Hour", new()
        {
            Method = SeriesImputationMethods.Find(method)!.NewOptions(),
            Direction = direction,
            Mode = mode,
            MaxGap = maxGap,
            StaticColumns = ["Age"],
        });

    private sealed class Narrow
    {
        public string Patient { get; set; } = "";

        public float Hour { get; set; }

        public float HR { get; set; }

        public float Age { get; set; }
    }
}
