using System.Globalization;

namespace Microsoft.ML.Diffusion.Tool.Tests.Cases;

[Trait("Category", "RealData")]
public sealed class LeftMissingCountTests() : CaseTests(Name)
{
    private const string Name = "left-missing-count";

    [HandedCaseTheory(Name)]
    [InlineData("allmissing.csv")]
    [InlineData("city.csv")]
    public void The_last_line_counts_the_cells_that_are_still_empty(string file)
    {
        (CaseTable after, string error) = Impute(file);

        int empty = after.Columns.Sum(column => after[column].Count(cell => cell.Length == 0));
        string last = error.TrimEnd().Split('\n')[^1];
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $" {empty} left missing"), last, StringComparison.Ordinal);
        if (file == "allmissing.csv")
            Assert.Equal(300, empty);
    }
}
