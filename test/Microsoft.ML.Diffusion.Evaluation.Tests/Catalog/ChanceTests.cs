using Microsoft.ML.Diffusion.Evaluation.Results;

namespace Microsoft.ML.Diffusion.Evaluation.Tests.Catalog;

public sealed class ChanceTests
{
    private static readonly MLContext s_ml = new(1);

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void A_handful_of_synthetic_rows_never_helps(int rows)
    {
        Patient[] real = Patient.Draw(200, 1);
        Verdict added = Question(Evaluate(real, [.. real.Take(rows)], Patient.Draw(300, 3)), "Does it help");
        Assert.Equal(VerdictGrade.Undefined, added.Grade);
        Assert.Contains("added, and fewer than 10 decide nothing", added.Answer);
    }

    [Fact]
    public void A_label_by_chance_is_said_to_teach_nothing_and_rows_to_help_nothing()
    {
        (int taught, int helped) = (0, 0);
        for (int table = 0; table < 10; table++)
        {
            EvaluationResult result = Evaluate(ByChance(200, table, 0), ByChance(200, table, 1), ByChance(200, table, 2));
            Verdict utility = Question(result, "Do models learn");
            bool isNothing = utility.Answer.StartsWith(
                "Undefined, because the real rows teach nothing about the label that 200 test rows could show", StringComparison.Ordinal);
            taught += isNothing ? 0 : 1;
            helped += Question(result, "Does it help").Answer.StartsWith("Yes", StringComparison.Ordinal) ? 1 : 0;
        }

        Assert.True(taught <= 1 && helped <= 1, $"{taught} taught, {helped} helped of 10");
    }

    [Fact]
    public void Fresh_rows_of_a_small_table_look_like_the_real_ones_and_noise_does_not()
    {
        for (int table = 0; table < 10; table++)
        {
            EvaluationResult fresh = Look(ByChance(100, table, 0), ByChance(100, table, 1));
            Assert.NotEqual(VerdictGrade.Poor, Question(fresh, "Do they look").Grade);
            EvaluationResult noise = Look(ByChance(100, table, 0), Patient.Noise(100, (ulong)table));
            Assert.Equal(VerdictGrade.Poor, Question(noise, "Do they look").Grade);
        }
    }

    // Rows of which no column says anything of the label, or of another column.
    private static Patient[] ByChance(int rows, int table, int part) =>
        Patient.Shuffled(Patient.Draw(rows, (ulong)((10 * table) + part + 50)));

    private static Verdict Question(EvaluationResult result, string question) =>
        result.Verdicts.Single(verdict => verdict.Question.StartsWith(question, StringComparison.Ordinal));

    private static EvaluationResult Look(Patient[] real, Patient[] made) =>
        s_ml.EvaluateSynthetic(Patient.View(s_ml, real), Patient.View(s_ml, made), null);

    private static EvaluationResult Evaluate(Patient[] real, Patient[] made, Patient[] test) => s_ml.EvaluateSynthetic(
        Patient.View(s_ml, real), Patient.View(s_ml, made), Patient.View(s_ml, test), "IsIll",
        new() { Seeds = 1, AugmentationRows = [], Yardsticks = false });
}
