using Microsoft.ML.Diffusion.Evaluation.Results;

namespace Microsoft.ML.Diffusion.Evaluation.Tests.Catalog;

public sealed class AddedRowsTests
{
    private static readonly MLContext s_ml = new(1);

    [Fact]
    public void The_interval_holds_the_mean_and_narrows_with_more_test_rows()
    {
        Patient[] real = Patient.Draw(200, 1), made = Patient.Draw(200, 2);
        UtilityDifference few = Difference(real, made, Patient.Draw(100, 3)), many = Difference(real, made, Patient.Draw(2500, 3));

        Assert.InRange(few.Mean, few.Lower, few.Upper);
        Assert.InRange(many.Mean, many.Lower, many.Upper);
        // Five times narrower where only the test rows count; the trainings count too.
        Assert.True((many.Upper - many.Lower) * 2 < few.Upper - few.Lower, $"{many} {few}");
        Assert.Equal((0.95, 400), (many.Confidence, many.Resamples));
        Assert.Equal(few, Difference(real, made, Patient.Draw(100, 3)));
    }

    [Fact]
    public void Good_rows_for_a_small_table_help_and_nonsense_harms()
    {
        Patient[] real = Patient.Draw(40, 1), test = Patient.Draw(1500, 3);
        EvaluationResult helped = Evaluate(real, Patient.Draw(40, 2), test, "Cost"), harmed = Evaluate(real, Patient.Noise(40, 4), test, "Cost");

        Assert.True(helped.Utility!.AddedMinusReal!.Lower > 0, $"{helped.Utility.AddedMinusReal}");
        Assert.True(harmed.Utility!.AddedMinusReal!.Upper < 0, $"{harmed.Utility.AddedMinusReal}");
        Assert.Equal((VerdictGrade.Good, VerdictGrade.Poor), (Verdict(helped).Grade, Verdict(harmed).Grade));
        Assert.Matches(@"^Yes: .* a difference of \+0\.\d{3} \(95 % interval \+0\.\d{3} to \+0\.\d{3}\)\.$", Verdict(helped).Answer);
    }

    [Fact]
    public void Few_test_rows_cannot_tell()
    {
        EvaluationResult result = Evaluate(Patient.Draw(300, 1), Patient.Draw(300, 2), Patient.Draw(40, 3), "IsIll");
        Assert.Equal(VerdictGrade.Fair, Verdict(result).Grade);
        Assert.StartsWith("The 40 test rows cannot tell: ", Verdict(result).Answer);
    }

    private static Verdict Verdict(EvaluationResult result) => result.Verdicts.Single(verdict => verdict.Question.StartsWith("Does it help", StringComparison.Ordinal));

    private static UtilityDifference Difference(Patient[] real, Patient[] made, Patient[] test) =>
        Evaluate(real, made, test, "IsIll").Utility!.AddedMinusReal!;

    private static EvaluationResult Evaluate(Patient[] real, Patient[] made, Patient[] test, string label) => s_ml.EvaluateSynthetic(
        Patient.View(s_ml, real), Patient.View(s_ml, made), Patient.View(s_ml, test), label,
        new() { Seeds = 2, AugmentationRows = [], Yardsticks = false });
}
