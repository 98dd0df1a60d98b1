using System.Globalization;

namespace Microsoft.ML.Diffusion.Tool.Tests.Cases;

[Trait("Category", "RealData")]
public sealed class DatesIntegerTests() : CaseTests(Name)
{
    private const string Name = "dates-integer";

    [HandedCaseFact(Name)]
    public void Every_cell_that_is_filled_in_is_a_day_that_exists() => AllAreDays(Impute("intdate.csv").Filled, 400);

    [HandedCaseFact(Name)]
    public void Every_cell_that_is_made_is_a_day_that_exists() => AllAreDays(Synthesize("intdate.csv", 400).Made, 400);

    private static void AllAreDays(CaseTable table, int rows)
    {
        Assert.Equal(rows, table.RowCount);
        Assert.All(table["visit"], cell => DateOnly.ParseExact(cell, "yyyyMMdd", CultureInfo.InvariantCulture));
    }
}
