using Microsoft.ML.Diffusion.Tool.Tests.Commands;

namespace Microsoft.ML.Diffusion.Tool.Tests.Cases;

[Trait("Category", "RealData")]
public sealed class ManyCitiesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static string Input => HandedCases.PathOf("many-cities", "city.csv");

    public void Dispose() => _folder.Dispose();

    [HandedCaseFact("many-cities")]
    public void Four_hundred_cities_are_filled_in_alike_with_and_without_a_saved_model()
    {
        (string filled, string model, string again) = (_folder.PathOf("filled.csv"), _folder.PathOf("m.zip"), _folder.PathOf("again.csv"));
        CommandRun run = Run("impute", Input, "-o", filled, "--method", "nearest-neighbors");
        Assert.Contains("has 400 categories: they are learnt as", run.Error, StringComparison.Ordinal);
        Assert.Contains("400 cells filled in, 0 left missing", run.Output + run.Error, StringComparison.Ordinal);
        Run("train", Input, "--model", model, "--method", "nearest-neighbors", "--seed", "1");
        Run("impute", Input, "-o", again, "--model", model);
        Assert.Equal(File.ReadAllBytes(filled), File.ReadAllBytes(again));
        Assert.Empty(Cities(filled).Except(Cities(Input)));
    }

    [HandedCaseFact("many-cities")]
    public void Four_hundred_cities_are_made()
    {
        (string made, string config) = (_folder.PathOf("made.csv"), _folder.PathOf("c.json"));
        File.WriteAllText(config, """{"steps": 100}""");
        Run("synthesize", Input, "-o", made, "--rows", "1000", "--complete", "--config", config);
        string[] cities = [.. Cities(made)];
        Assert.Equal(1000, cities.Length);
        Assert.Empty(cities.Except(Cities(Input)));
        Assert.DoesNotContain("", cities);
        Assert.True(cities.Distinct().Count() > 250);
    }

    private static CommandRun Run(params string[] args)
    {
        CommandRun run = CommandRun.Of([.. args, .. args[0] == "train" || args.Contains("--model") ? [] : new[] { "--seed", "1" }]);
        Assert.Equal(ExitCode.Done, run.ExitCode);
        return run;
    }

    private static IEnumerable<string> Cities(string path) => File.ReadLines(path).Skip(1).Select(line => line.Split(',')[0]);
}
