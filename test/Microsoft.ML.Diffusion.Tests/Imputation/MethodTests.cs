using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods;
using Microsoft.ML.Diffusion.Models.Methods.Conditional;
using Microsoft.ML.Diffusion.Models.Methods.MissDiff;
using Microsoft.ML.Diffusion.Models.Methods.MissForest;
using Microsoft.ML.Diffusion.Tests.Conformance;

namespace Microsoft.ML.Diffusion.Tests.Imputation;

public class MethodTests
{
    private static readonly Dictionary<string, Func<DiffusionImputeEstimator.Options>> s_presets = new(StringComparer.Ordinal)
    {
        ["conditional"] = () => new(),
        ["missdiff"] = DiffusionImputeEstimator.Options.MissDiff,
        ["csdit"] = DiffusionImputeEstimator.Options.CsdiT,
        ["missforest"] = DiffusionImputeEstimator.Options.MissForest,
        ["extra-trees"] = DiffusionImputeEstimator.Options.ExtraTrees,
        ["gaussian"] = DiffusionImputeEstimator.Options.Gaussian,
        ["ridge"] = DiffusionImputeEstimator.Options.ChainedRidge,
        ["nearest-neighbors"] = DiffusionImputeEstimator.Options.NearestNeighbors,
        ["mean"] = DiffusionImputeEstimator.Options.MeanMode,
    };

    private readonly MLContext _ml = new(seed: 3);

    [Fact]
    public void Every_method_has_options_that_the_estimator_takes()
    {
        Assert.Equal(ImputationMethods.All.Select(method => method.Name), s_presets.Keys, StringComparer.Ordinal);
        foreach ((string name, Func<DiffusionImputeEstimator.Options> preset) in s_presets)
        {
            DiffusionImputeEstimator.Options options = preset();
            Assert.Equal(name, options.Method.Registration.Name);
            Assert.NotNull(_ml.Transforms.DiffusionImpute(Quick.Pairs("Age"), options));
        }
    }

    [Fact]
    public void The_model_tells_by_which_method_it_was_trained()
    {
        IDataView rows = _ml.Data.LoadFromEnumerable(SampleRow.Make(30));
        DiffusionImputeEstimator.Options options = DiffusionImputeEstimator.Options.MeanMode();
        Assert.Same(options.Method.Registration, _ml.Transforms.DiffusionImpute(Quick.Pairs("Age"), options).Fit(rows).Model.Method);
    }

    [Fact]
    public void Impossible_values_are_refused_when_the_estimator_is_made()
    {
        AssertRefused("The option Trees is 0; it must be at least 1.", new() { Method = new MissForestOptions { Trees = 0 } });
        AssertRefused("The option Epochs is 0; it must be at least 1.", new() { Method = new MissDiffOptions { Epochs = 0 } });
        AssertRefused("The option Scaling is 9; it must be a scaling of numbers.",
            new() { Method = new ConditionalOptions { Scaling = (NumericScaling)9 } });
        AssertRefused("MaxTrainingRows is 0", new() { MaxTrainingRows = 0 });
        AssertRefused("Method is null", new() { Method = null! });
        AssertRefused("set Options.Seed", new() { Method = new ConditionalOptions { Seed = 3 } });
        AssertRefused("Mode is 7", new() { Mode = (ImputationMode)7 });
        AssertRefused("PredictorColumns is null", new() { PredictorColumns = null! });
    }

    [Fact]
    public void Options_of_another_method_are_refused_by_a_registration() =>
        Assert.Contains(
            "The options are of missForest, and the method is MissDiff.",
            Assert.Throws<ArgumentException>(() => ImputationMethods.Find("MissDiff")!.Train(
                new Models.Tables.Table([Models.Tables.TableColumn.Numeric("x")], 3), new MissForestOptions())).Message,
            StringComparison.Ordinal);

    private void AssertRefused(string sentence, DiffusionImputeEstimator.Options options) => Assert.Contains(
        sentence,
        Assert.ThrowsAny<ArgumentException>(() => _ml.Transforms.DiffusionImpute(Quick.Pairs("Age"), options)).Message,
        StringComparison.Ordinal);
}
