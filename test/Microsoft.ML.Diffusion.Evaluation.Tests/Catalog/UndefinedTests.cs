using Microsoft.ML.Diffusion.Evaluation.Report;
using Microsoft.ML.Diffusion.Evaluation.Results;

namespace Microsoft.ML.Diffusion.Evaluation.Tests.Catalog;

public sealed class UndefinedTests
{
    private const int Rows = 200;

    private static readonly MLContext s_ml = new(1);
    private static readonly Patient[] s_real = Patient.Draw(Rows, 1), s_made = Patient.Draw(Rows, 2), s_test = Patient.Draw(Rows, 3);

    [Fact]
    public void Test_rows_of_one_class_give_no_verdict_and_no_number()
    {
        EvaluationResult result = Evaluate(s_made, [.. s_test.Where(row => row.IsIll)], "IsIll");

        Assert.Contains("are of class 'True'", result.Utility!.UndefinedReason);
        Assert.Null(result.Utility.AddedMinusReal);
        Assert.All(result.Verdicts.Where(verdict => verdict.Topic == "Utility"), verdict =>
        {
            Assert.Equal(VerdictGrade.Undefined, verdict.Grade);
            Assert.StartsWith("Undefined, because all ", verdict.Answer);
        });
        Assert.DoesNotContain("models that learn from them are", result.Verdicts[0].Answer);
        Assert.Contains(result.Undefined, figure => figure.Figure == "utility.scores[auc].mean" && figure.Reason.Contains("of class 'True'"));
        SaysNoNaN(result);
    }

    [Fact]
    public void Equal_numbers_to_predict_give_no_verdict()
    {
        Patient[] test = [.. Patient.Draw(Rows, 3).Select(row => With(row, own => own.Cost = 7))];
        EvaluationResult result = Evaluate(s_made, test, "Cost");
        Assert.Contains("have the value 7 in column 'Cost'", result.Verdicts.First(verdict => verdict.Topic == "Utility").Answer);
        SaysNoNaN(result);
    }

    [Fact]
    public void A_handful_of_rows_decides_nothing()
    {
        EvaluationResult result = Evaluate([.. s_made.Take(4)], [.. s_test.Take(4)], "IsIll");
        Assert.All(result.Verdicts, verdict => Assert.Equal(VerdictGrade.Undefined, verdict.Grade));
        Assert.Contains(result.Undefined, figure => figure.Figure == "fidelity.scores.detectionTrees");
        SaysNoNaN(result);
    }

    [Fact]
    public void A_constant_column_is_named()
    {
        Patient[] Constant(ulong seed) => [.. Patient.Draw(Rows, seed).Select(row => With(row, own => own.Dose = 1))];
        EvaluationResult result = s_ml.EvaluateSynthetic(Patient.View(s_ml, Constant(1)), Patient.View(s_ml, Constant(2)), null,
            options: new() { Yardsticks = false });
        Assert.Contains(new("correlations[Dose]", "the column is constant in both tables"), result.Undefined);
        SaysNoNaN(result);
    }

    [Fact]
    public void A_class_that_only_the_test_rows_have_is_said()
    {
        Patient[] test = [.. Patient.Draw(Rows, 3).Select((row, i) => With(row, own => own.Stage = i < 3 ? "new" : own.Stage))];
        EvaluationResult result = Evaluate(s_made, test, "Stage");
        Assert.Equal(["Class 'new' of the label occurs in 3 test rows and in no real row: no model can learn it."], result.Utility!.Notes);
        Assert.Contains("Class 'new' of the label occurs in 3 test rows", Page(result));
    }

    private static Patient With(Patient row, Action<Patient> change)
    {
        change(row);
        return row;
    }

    private static EvaluationResult Evaluate(Patient[] synthetic, Patient[] test, string label) => s_ml.EvaluateSynthetic(
        Patient.View(s_ml, s_real), Patient.View(s_ml, synthetic), Patient.View(s_ml, test), label,
        new() { Seeds = 1, AugmentationRows = [], Yardsticks = false });

    private static string Page(EvaluationResult result)
    {
        using StringWriter writer = new();
        EvaluationReport.Write(result, writer);
        return writer.ToString();
    }

    private static void SaysNoNaN(EvaluationResult result)
    {
        Assert.All(result.Verdicts, verdict => Assert.DoesNotContain("NaN", verdict.Answer));
        Assert.DoesNotContain("NaN", Page(result));
    }
}
