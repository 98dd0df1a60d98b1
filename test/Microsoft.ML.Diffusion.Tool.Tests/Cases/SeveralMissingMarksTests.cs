namespace Microsoft.ML.Diffusion.Tool.Tests.Cases;

[Trait("Category", "RealData")]
public sealed class SeveralMissingMarksTests() : CaseTests(Name)
{
    private const string Name = "several-missing-marks";

    [HandedCaseFact(Name)]
    public void The_marks_of_both_columns_are_named_with_the_option_to_type()
    {
        CaseTable before = Read("natokens.csv");
        (CaseTable after, string error) = Impute("natokens.csv");

        string x = Line(error, "'x'"), g = Line(error, "'g'");
        Assert.All(["'NA'", "'N/A'", "'null'", "'-'", "--na \""], mark => Assert.Contains(mark, x, StringComparison.Ordinal));
        Assert.All(["'NA'", "'?'", "'None'", "--na \""], mark => Assert.Contains(mark, g, StringComparison.Ordinal));
        Assert.Contains("--na \"unknown\"", error, StringComparison.Ordinal);
        Assert.DoesNotContain("identifier", error, StringComparison.Ordinal);
        Assert.Equal(before["x"], after["x"]);
        Assert.Equal(before["g"], after["g"]);
    }

    [HandedCaseFact(Name)]
    public void One_mark_a_column_is_named_too()
    {
        (_, string error) = Impute("na1.csv");

        Assert.Contains("--na \"NA\"", Line(error, "'x'"), StringComparison.Ordinal);
        Assert.Contains("--na \"?\"", Line(error, "'g'"), StringComparison.Ordinal);
    }

    [HandedCaseFact(Name)]
    public void Marks_that_are_named_are_filled_with_values()
    {
        (CaseTable after, _) = Impute("natokens.csv", more: ["--na", "NA,N/A,null,-,?,None,unknown"]);

        Assert.All(after["x"], cell => Assert.True(double.IsFinite(CaseTable.Number(cell))));
        Assert.All(after["g"], cell => Assert.Contains(cell, new[] { "a", "b", "c" }));
    }

    private static string Line(string error, string column) =>
        error.Split('\n').First(line => line.Contains(column, StringComparison.Ordinal));
}
