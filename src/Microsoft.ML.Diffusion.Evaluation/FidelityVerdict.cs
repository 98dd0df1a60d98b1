using System.Globalization;
using Microsoft.ML.Diffusion.Evaluation.Results;

namespace Microsoft.ML.Diffusion.Evaluation;

/// <summary>Says in plain words whether synthetic rows look like real ones.</summary>
internal static class FidelityVerdict
{
    private const string Question = "Do they look like the real rows?";

    // What may be missing to full agreement, and how far models that tell the rows apart may be from guessing.
    private const double GoodLoss = 0.05, FairLoss = 0.15, GoodDetection = 0.25, FairDetection = 0.45;

    public static Verdict Of(FidelityScores scores, IReadOnlyList<FidelityScores> yardsticks)
    {
        if (double.IsNaN(scores.Shapes))
            return new("Fidelity", VerdictGrade.Undefined, Question, "Undefined, because no column has values in both tables.");
        FidelityScores? half = yardsticks.FirstOrDefault(other =>
            string.Equals(other.Name, UtilityScore.HalfOfReal, StringComparison.Ordinal));
        double byChance = LossByChance(scores, half);
        VerdictGrade grade = GradeOf(scores, byChance);
        string pairs = double.IsNaN(scores.TrendsAllPairs)
            ? $"; pairs of columns are undefined, because {UndefinedFigures.WhyNoPairs}"
            : Text($" and pairs of columns by {scores.TrendsAllPairs:P1}");
        string halves = half is not null && double.IsFinite(half.Shapes) && double.IsFinite(half.TrendsAllPairs)
            ? Text($" (two halves of the real rows: {half.Shapes:P1} and {half.TrendsAllPairs:P1})")
            : "";
        string chance = grade == GradeOf(scores, 0) ? "" : " So few rows differ as much by chance.";
        string seen = double.IsNaN(scores.DetectionTrees)
            ? $" Whether models tell them from real rows is undefined, because {UndefinedFigures.WhyNoDetection}."
            : Text($" A boosted-tree model tells them from real rows with an AUC of {scores.DetectionTrees:F2}, ")
                + Text($"a linear one with {scores.DetectionLogistic:F2}; 0.5 is guessing.");
        // Without detection the rows are too few for a verdict: shapes of five rows agree and differ by chance.
        if (double.IsNaN(scores.DetectionTrees))
            (grade, chance) = (VerdictGrade.Undefined, "");
        return new("Fidelity", grade, Question, Text($"Columns agree by {scores.Shapes:P1}{pairs}{halves}.{chance}{seen}"));
    }

    private static VerdictGrade GradeOf(FidelityScores scores, double byChance)
    {
        double loss = 1 - scores.QualityAllPairs - byChance;
        double detection = Math.Max(
            Distance(scores.DetectionLogistic, scores.DetectionRows), Distance(scores.DetectionTrees, scores.DetectionRows));
        return loss <= GoodLoss && detection <= GoodDetection ? VerdictGrade.Good
            : loss <= FairLoss && detection <= FairDetection ? VerdictGrade.Fair
            : VerdictGrade.Poor;
    }

    /// <summary>How much fresh rows would fall short of full agreement: what two halves of the real rows do, as far as the numbers of
    /// rows are other ones. A difference of two samples of n and m rows is as large as the root of 1/n + 1/m.</summary>
    private static double LossByChance(FidelityScores scores, FidelityScores? half)
    {
        if (half is null || !double.IsFinite(half.QualityAllPairs))
            return 0;
        double each = half.Rows, real = 2 * each;
        return (1 - half.QualityAllPairs) * Math.Sqrt(((1 / real) + (1.0 / scores.Rows)) / (2 / each));
    }

    // Two deviations of the area under the curve of two samples of one distribution are no distance.
    private static double Distance(double auc, int rows) => double.IsNaN(auc) || rows == 0
        ? 0
        : Math.Abs(auc - 0.5) - (2 * Math.Sqrt(((2 * rows) + 1) / (12.0 * rows * rows)));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
