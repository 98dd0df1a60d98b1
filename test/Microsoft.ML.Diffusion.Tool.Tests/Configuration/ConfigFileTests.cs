using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Methods.MissDiff;
using Microsoft.ML.Diffusion.Tool.Configuration;

namespace Microsoft.ML.Diffusion.Tool.Tests.Configuration;

public sealed class ConfigFileTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Options_of_the_estimator_and_its_method_are_set_by_name_in_any_case()
    {
        (DiffusionImputeEstimator.Options options, MissDiffOptions method) = Apply(
            """{ "EPOCHS": 7, /* why */ "learningRate": 1e-3, "scaling": "minmax", "width": null, "maxCategories": 9, "seed": 4, }""");
        Assert.Equal((7, 1e-3, NumericScaling.MinMax, null), (method.Epochs, method.LearningRate, method.Scaling, method.Width));
        Assert.Equal((9, 4, 0ul), (options.MaxCategories, options.Seed, method.Seed));
    }

    [Fact]
    public void Method_and_preset_are_read_and_set_nothing()
    {
        File.WriteAllText(_path, """{ "preset": "Paper", "method": "missDiff" }""");
        var file = ConfigFile.Read(_path);
        Assert.Equal(("Paper", "missDiff"), (file.Preset, file.Method));
        file.Set("missdiff", new DiffusionImputeEstimator.Options(), new MissDiffOptions());
    }

    [Theory]
    [InlineData("""{ "epocs": 3 }""", ": there is no option 'epocs' of missdiff; did you mean Epochs?")]
    [InlineData("""{ "trees": 3 }""",
        ": there is no option 'trees' of missdiff; it has BatchSize, Blocks, DiffusionSteps, Engine, Epochs, " +
        "ExpectationDraws, FallbackToCpu, GpuDeviceId, LearningRate, MaxTrainingTime, SamplingSteps, Scaling, Schedule, Threads, Width.")]
    [InlineData("""{ "epochs": "many" }""", ": epochs is \"many\" where a whole number (or null) was expected.")]
    [InlineData("""{ "epochs": 1.5 }""", ": epochs is 1.5 where a whole number (or null) was expected.")]
    [InlineData("""{ "scaling": "foo" }""", ": scaling is \"foo\" where one of MinMax, Standard, Quantile (or null) was expected.")]
    [InlineData("[1]", ": a JSON object such as { \"epochs\": 100 } was expected.")]
    [InlineData("{\n \"epochs\" 3 }", ", line 2, byte 11: a JSON object was expected, and this is not JSON.")]
    public void A_mistake_is_refused_in_one_sentence(string json, string sentence) =>
        Assert.Equal(_path + sentence, Assert.Throws<InputException>(() => Apply(json)).Message);

    private (DiffusionImputeEstimator.Options Options, MissDiffOptions Method) Apply(string json)
    {
        File.WriteAllText(_path, json);
        var method = new MissDiffOptions();
        var options = new DiffusionImputeEstimator.Options { Method = method };
        ConfigFile.Read(_path).Set("missdiff", options, method);
        return (options, method);
    }
}
