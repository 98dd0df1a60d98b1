using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Tool.Configuration;

namespace Microsoft.ML.Diffusion.Tool.Tests.Configuration;

public sealed class ConfigFileTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Options_are_set_by_name_in_any_case()
    {
        TabularDiffusionModel.Options options = Apply("""{ "EPOCHS": 7, /* why */ "learningRate": 1e-3, "scaling": "minmax", "method": "missDiff", "width": null, }""");
        Assert.Equal((7, 1e-3, NumericScaling.MinMax, DiffusionMethod.MissDiff, null), (options.Epochs, options.LearningRate, options.Scaling, options.Method, options.Width));
    }

    [Fact]
    public void The_preset_comes_first_wherever_it_stands()
    {
        TabularDiffusionModel.Options options = Apply("""{ "epochs": 3, "preset": "paper" }""");
        Assert.Equal((DiffusionMethod.MissDiff, 3, 64), (options.Method, options.Epochs, options.Width));
    }

    [Fact]
    public void A_preset_may_name_another_method()
    {
        TabularDiffusionModel.Options options = Apply("""{ "preset": "CsdiT", "expectationDraws": 20 }""");
        Assert.Equal((DiffusionMethod.CsdiT, 150, 500, 20), (options.Method, options.DiffusionSteps, options.Epochs, options.ExpectationDraws));
    }

    [Theory]
    [InlineData("""{ "epocs": 3 }""", ": there is no option 'epocs'; did you mean Epochs?")]
    [InlineData("""{ "epochs": "many" }""", ": epochs is \"many\" where a whole number (or null) was expected.")]
    [InlineData("""{ "epochs": 1.5 }""", ": epochs is 1.5 where a whole number (or null) was expected.")]
    [InlineData("""{ "method": "foo" }""", ": method is \"foo\" where one of Conditional, MissDiff, CsdiT was expected.")]
    [InlineData("""{ "preset": "best" }""", ": there is no preset \"best\"; \"default\", \"paper\" or \"csdit\" was expected.")]
    [InlineData("[1]", ": a JSON object such as { \"epochs\": 100 } was expected.")]
    [InlineData("{\n \"epochs\" 3 }", ", line 2, byte 11: a JSON object was expected, and this is not JSON.")]
    public void A_mistake_is_refused_in_one_sentence(string json, string sentence) =>
        Assert.Equal(_path + sentence, Assert.Throws<InputException>(() => Apply(json)).Message);

    private TabularDiffusionModel.Options Apply(string json)
    {
        File.WriteAllText(_path, json);
        var options = new TabularDiffusionModel.Options();
        ConfigFile.Apply(_path, options);
        return options;
    }
}
