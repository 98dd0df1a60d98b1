using Microsoft.ML.Diffusion.Evaluation.Results;

namespace Microsoft.ML.Diffusion.Evaluation.Tests.Catalog;

public sealed class CopiesWithoutTestRowsTests
{
    private static readonly MLContext s_ml = new(1);
    private static readonly Patient[] s_real = Patient.Draw(300, 1);

    [Fact]
    public void Copies_are_found_out_without_test_rows_and_do_not_help()
    {
        EvaluationResult result = Evaluate(s_real, s_real);

        Assert.StartsWith("No: they give real rows away", result.Verdicts[0].Answer);
        Assert.StartsWith("Yes: 100.0 % of them are copies of a real row, where 0.0 %", Privacy(result)!.Answer);
        Assert.All(result.Verdicts.Where(verdict => verdict.Topic == "Utility"), verdict =>
        {
            Assert.Equal(VerdictGrade.Undefined, verdict.Grade);
            Assert.StartsWith("Undefined, because 60 of the 60 test rows are among the synthetic rows", verdict.Answer);
        });
    }

    [Fact]
    public void Test_rows_among_the_synthetic_ones_are_left_out_of_the_test_and_counted()
    {
        EvaluationResult result = Evaluate(s_real, [.. Patient.Draw(300, 2), .. s_real.Take(100)]);

        Assert.Equal(VerdictGrade.Poor, Privacy(result)!.Grade);
        Assert.Matches("^[12][0-9] of the 60 test rows are among the synthetic rows: ", result.Utility!.Notes[1]);
        Assert.InRange(result.Utility.TestRows, 31, 50);
    }

    [Fact]
    public void Fresh_rows_are_no_copies_even_where_few_categories_make_many_rows_equal()
    {
        Assert.Null(Privacy(Evaluate(s_real, Patient.Draw(300, 2))));

        Patient[] real = Coarse(1), made = Coarse(2);
        EvaluationResult result = Evaluate(real, made);
        Assert.Null(Privacy(result));
        Assert.Equal(60, result.Utility!.TestRows);
        Assert.Null(result.Utility.UndefinedReason);
    }

    // Some hundred different rows, of which a third have no like.
    private static Patient[] Coarse(ulong seed) => [.. Patient.Draw(300, seed).Select(row => new Patient
    {
        Age = 10 * MathF.Round(row.Age / 10), Ward = row.Ward, Visits = row.Visits, IsIll = row.IsIll, Stage = row.Stage,
    })];

    private static Verdict? Privacy(EvaluationResult result) => result.Verdicts.SingleOrDefault(verdict => verdict.Topic == "Privacy");

    private static EvaluationResult Evaluate(Patient[] real, Patient[] made) => s_ml.EvaluateSynthetic(
        Patient.View(s_ml, real), Patient.View(s_ml, made), null, "IsIll",
        new() { Seeds = 1, AugmentationRows = [], Yardsticks = false, TestFraction = 0.2 });
}
