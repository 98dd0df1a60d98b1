using Microsoft.ML.Diffusion.Evaluation.Privacy;
using Microsoft.ML.Diffusion.Evaluation.Results;
using Microsoft.ML.Diffusion.Models.Methods.Smote;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Evaluation.Tests;

/// <summary>How often small tables are judged wrongly, on many simulated ones.</summary>
public sealed class SmallTablePrivacyTests
{
    private const int Tables = 200;

    [Theory]
    [InlineData(80)]
    [InlineData(200)]
    [InlineData(500)]
    public void Fresh_rows_are_seldom_said_to_give_rows_away_however_few_there_are(int rows)
    {
        VerdictGrade[] grades = [.. Enumerable.Range(0, Tables).Select(table =>
            Judge(Draw(rows, table, 0), Draw(rows, table, 1), Draw(rows, table, 2)))];
        (int poor, int fair) = (grades.Count(grade => grade == VerdictGrade.Poor), grades.Count(grade => grade == VerdictGrade.Fair));

        Assert.True(poor <= 0.05 * Tables && poor + fair <= 0.1 * Tables, $"{poor} poor and {fair} fair of {Tables} tables of {rows} rows");
    }

    [Theory]
    [InlineData(200)]
    [InlineData(300)]
    public void Rows_by_SMOTE_are_found_out_on_a_few_hundred_rows(int rows) => Assert.All(Enumerable.Range(0, 20), table =>
    {
        Table real = Draw(rows, table, 0);
        Table made = new SmoteGenerator(real, null).Generate(rows, null, (ulong)table);
        Assert.Equal(VerdictGrade.Poor, Judge(real, Draw(rows, table, 1), made));
    });

    [Theory]
    [InlineData(200)]
    [InlineData(300)]
    public void One_copy_in_twenty_rows_is_found_out_on_a_few_hundred_rows(int rows) => Assert.All(Enumerable.Range(0, 20), table =>
    {
        Table real = Draw(rows, table, 0), made = Draw(rows, table, 2);
        for (int row = 0; row < rows / 20; row++)
        {
            for (int column = 0; column < real.Columns.Count; column++)
                made[row, column] = real[row, column];
        }

        Assert.Equal(VerdictGrade.Poor, Judge(real, Draw(rows, table, 1), made));
    });

    [Fact]
    public void With_too_few_held_out_rows_the_outlying_tenth_is_said_to_tell_nothing()
    {
        PrivacyResult found = PrivacyMetrics.Measure(Draw(300, 1, 0), Draw(40, 1, 1), Draw(300, 1, 2));
        Assert.Contains("too few to tell: that takes 61 held-out rows", PrivacyVerdict.Of(found).Answer);
        Assert.DoesNotContain(
            "too few to tell", PrivacyVerdict.Of(PrivacyMetrics.Measure(Draw(300, 1, 0), Draw(70, 1, 1), Draw(300, 1, 2))).Answer);
    }

    private static VerdictGrade Judge(Table real, Table heldOut, Table made) =>
        PrivacyVerdict.Of(PrivacyMetrics.Measure(real, heldOut, made)).Grade;

    private static Table Draw(int rows, int table, int part) => Simulated.Pairs(rows, (ulong)((10 * table) + part + 1));
}
