namespace Microsoft.ML.Diffusion.Tool.Tests.Cases;

[Trait("Category", "RealData")]
public sealed class CodesThatAreNumbersTests() : CaseTests(Name)
{
    private const string Name = "codes-that-are-numbers";

    [HandedCaseFact(Name)]
    public void A_postal_code_is_filled_with_one_that_exists()
    {
        CaseTable before = Read("zipnz.csv");
        (CaseTable after, _) = Impute("zipnz.csv");

        Assert.NotEmpty(FilledRows(before, after, "zip"));
        Assert.Equal([.. before["zip"].Where(zip => zip.Length > 0).ToHashSet().Order()], after["zip"].ToHashSet().Order());
    }

    [HandedCaseFact(Name)]
    public void A_code_between_two_others_is_not_their_mean()
    {
        CaseTable before = Read("nominal2.csv");
        (CaseTable after, _) = Impute("nominal2.csv");

        (string[] codes, double[] z) = (after["code"], after.Numbers("z"));
        int[] filled = [.. FilledRows(before, after, "code").Where(row => Math.Abs(z[row] - 5) < 1.5)];
        Assert.NotEmpty(filled);
        Assert.All(filled, row => Assert.Contains(codes[row], new[] { "1", "7" }));
    }
}
