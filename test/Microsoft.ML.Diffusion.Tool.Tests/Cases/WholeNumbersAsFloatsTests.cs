namespace Microsoft.ML.Diffusion.Tool.Tests.Cases;

[Trait("Category", "RealData")]
public sealed class WholeNumbersAsFloatsTests() : CaseTests(Name)
{
    private const string Name = "whole-numbers-as-floats";

    [HandedCaseFact(Name)]
    public void Filled_values_are_whole_and_spelt_alike()
    {
        (CaseTable after, _) = Impute("floatint.csv");

        Assert.All(after["age"], cell => Assert.Matches(@"^[0-9]+\.0$", cell));
    }

    [HandedCaseFact(Name)]
    public void Made_values_are_whole_and_spelt_alike() =>
        Assert.All(Synthesize("floatint.csv", 100).Made["age"].Where(cell => cell.Length > 0), cell =>
            Assert.Matches(@"^[0-9]+\.0$", cell));
}
