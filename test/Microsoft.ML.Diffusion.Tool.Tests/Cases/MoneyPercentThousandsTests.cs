using System.Globalization;

namespace Microsoft.ML.Diffusion.Tool.Tests.Cases;

[Trait("Category", "RealData")]
public sealed class MoneyPercentThousandsTests() : CaseTests(Name)
{
    private const string Name = "money-percent-thousands";

    [HandedCaseFact(Name)]
    public void Amounts_are_filled_in_their_spelling_and_follow_x()
    {
        CaseTable before = Read("money.csv");
        (CaseTable after, string error) = Impute("money.csv");

        AllAre(after);
        Assert.DoesNotContain("identifier", error, StringComparison.Ordinal);
        double[] x = after.Numbers("x");
        foreach ((string column, Func<double, double> expected) in Laws())
        {
            int[] filled = [.. FilledRows(before, after, column).Where(row => double.IsFinite(x[row]))];
            Assert.NotEmpty(filled);
            double[] values = [.. filled.Select(row => Math.Log(Value(after[column][row])))];
            Assert.InRange(Correlation(values, [.. filled.Select(row => Math.Log(expected(x[row])))]), 0.9, 1);
        }
    }

    [HandedCaseFact(Name)]
    public void Amounts_are_made_in_their_spelling() => AllAre(Synthesize("money.csv", 100).Made);

    [HandedCaseFact(Name)]
    public void Decimal_commas_between_commas_are_numbers()
    {
        (CaseTable after, _) = Impute("deccomma_comma.csv");

        Assert.All(after["a"].Concat(after["b"]), cell => Assert.Matches("^-?[0-9]+(,[0-9]+)?$", cell));
        double[] a = [.. after["a"].Select(Comma)], b = [.. after["b"].Select(Comma)];
        Assert.InRange(Math.Abs(Correlation(a, b)), 0.9, 1);
    }

    private static void AllAre(CaseTable table)
    {
        Assert.All(table["price"], cell => Assert.Matches(@"^\$[0-9]{1,3}(,[0-9]{3})*\.[0-9]{2}$", cell));
        Assert.All(table["share"], cell => Assert.Matches(@"^[0-9]{1,2}\.[0-9]%$", cell));
        Assert.All(table["pop"], cell => Assert.Matches("^[0-9]{1,3}(,[0-9]{3})*$", cell));
    }

    private static (string, Func<double, double>)[] Laws() =>
        [("price", x => Math.Exp(8 + x)), ("share", x => 50 + (10 * x)), ("pop", x => Math.Exp(9 + x))];

    private static double Value(string cell) =>
        double.Parse(cell.Trim('$', '%').Replace(",", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);

    private static double Comma(string cell) => double.Parse(cell.Replace(',', '.'), CultureInfo.InvariantCulture);
}
