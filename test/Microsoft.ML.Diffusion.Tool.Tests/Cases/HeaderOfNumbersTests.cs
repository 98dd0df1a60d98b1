using Microsoft.ML.Diffusion.Tool.Tests.Commands;

namespace Microsoft.ML.Diffusion.Tool.Tests.Cases;

[Trait("Category", "RealData")]
public sealed class HeaderOfNumbersTests() : CaseTests(Name)
{
    private const string Name = "header-of-numbers";

    [HandedCaseFact(Name)]
    public void A_header_of_numbers_is_read_as_names_and_that_is_told_with_the_option_for_the_other_reading()
    {
        CaseTable before = Read("inthdr.csv");
        (CaseTable after, string error) = Impute("inthdr.csv");

        Assert.Equal(["400", "410", "420"], after.Columns);
        Assert.Equal(before.RowCount, after.RowCount);
        Assert.Contains("--header no", error, StringComparison.Ordinal);
    }

    [HandedCaseFact(Name)]
    public void The_option_says_that_the_first_line_is_the_header()
    {
        (CaseTable after, string error) = Impute("inthdr.csv", more: ["--header", "yes"]);

        Assert.Equal(["400", "410", "420"], after.Columns);
        Assert.DoesNotContain("--header", error, StringComparison.Ordinal);
        Assert.DoesNotContain("", after["410"]);
    }
}
