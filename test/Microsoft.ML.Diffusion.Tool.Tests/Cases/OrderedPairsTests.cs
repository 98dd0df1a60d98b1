namespace Microsoft.ML.Diffusion.Tool.Tests.Cases;

[Trait("Category", "RealData")]
public sealed class OrderedPairsTests() : CaseTests(Name)
{
    private const string Name = "ordered-pairs";

    [HandedCaseFact(Name)]
    public void In_made_rows_no_start_lies_after_its_end_and_the_days_are_between_them()
    {
        (CaseTable made, _) = Synthesize("pairs.csv", 1000);

        (double[] start, double[] end, double[] days) = (made.Numbers("start"), made.Numbers("end"), made.Numbers("days"));
        Assert.Equal(1000, made.RowCount);
        Assert.All(Enumerable.Range(0, 1000), row => Assert.True(start[row] <= end[row]));
        Assert.All(Enumerable.Range(0, 1000), row => Assert.Equal(end[row] - start[row], days[row]));
    }
}
