namespace Microsoft.ML.Diffusion.Tool.Tests.Cases;

[Trait("Category", "RealData")]
public sealed class SkewedAmountsTests() : CaseTests(Name)
{
    private const string Name = "skewed-amounts";

    // The defaults, but for the time that networks train.
    private const string Short = """{ "epochs": 20, "networks": 1 }""";

    [HandedCaseTheory(Name)]
    [InlineData("sk5.csv", "v", 1, 5)]
    [InlineData("skew.csv", "income", 100, 3)]
    public void Numbers_over_several_decades_are_filled_sensibly(string file, string column, double factor, double power)
    {
        CaseTable before = Read(file);
        (CaseTable after, _) = Impute(file, Short);

        (double[] filled, double[] z) = (after.Numbers(column), before.Numbers("z"));
        int[] rows = [.. FilledRows(before, after, column).Where(row => double.IsFinite(z[row]))];
        double[] ratios = [.. rows.Select(row => filled[row] / (factor * Math.Exp(power * z[row])))];
        double lowest = before.Numbers(column).Where(double.IsFinite).Min();

        Assert.InRange(Correlation(Ranks(rows, filled), Ranks(rows, z)), 0.9, 1);
        Assert.InRange(ratios.Count(ratio => ratio is not (>= 0.1 and <= 10)) / (double)ratios.Length, 0, 0.05);
        Assert.InRange(rows.Count(row => filled[row] == lowest), 0, 2);
    }

    private static double[] Ranks(int[] rows, double[] values)
    {
        int[] order = [.. rows.OrderBy(row => values[row])];
        return [.. rows.Select(row => (double)Array.IndexOf(order, row))];
    }
}
