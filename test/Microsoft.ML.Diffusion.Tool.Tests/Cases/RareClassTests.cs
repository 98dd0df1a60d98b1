namespace Microsoft.ML.Diffusion.Tool.Tests.Cases;

[Trait("Category", "RealData")]
public sealed class RareClassTests() : CaseTests(Name)
{
    private const string Name = "rare-class";

    [HandedCaseFact(Name)]
    public void New_frauds_look_like_frauds()
    {
        (CaseTable all, _) = Augment("imb.csv", 980, "fraud", config: """{ "steps": 500, "width": 128 }""", more: ["--balance"]);

        (string[] fraud, double[] x, string[] t) = (all["fraud"], all.Numbers("x"), all["t"]);
        int[] made = [.. Enumerable.Range(1000, 980).Where(row => fraud[row] == "1")];
        Assert.InRange(made.Length, 900, 980);
        Assert.InRange(made.Average(row => x[row]), 2.6, 3.8);
        Assert.InRange(made.Count(row => t[row] == "q") / (double)made.Length, 0, 0.05);
    }
}
