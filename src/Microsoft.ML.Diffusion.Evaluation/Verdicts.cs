using System.Globalization;
using Microsoft.ML.Diffusion.Evaluation.Results;

namespace Microsoft.ML.Diffusion.Evaluation;

/// <summary>Says in plain words what the figures come to.</summary>
internal static class Verdicts
{
    // How much of what real rows teach beyond no knowledge synthetic ones must teach, to be as good or of use.
    private const double GoodShare = 0.97, FairShare = 0.85;

    public static Verdict[] Of(UtilityResult? utility, FidelityScores fidelity, IReadOnlyList<FidelityScores> yardsticks, PrivacyResult? privacy)
    {
        List<Verdict> verdicts = [Fidelity(fidelity, yardsticks)];
        if (utility is not null)
            verdicts.InsertRange(0, [Utility(utility), Augmentation(utility)]);
        if (privacy is not null)
            verdicts.Add(Privacy(privacy));
        verdicts.Insert(0, Overall(verdicts));
        return [.. verdicts];
    }

    private static Verdict Overall(List<Verdict> verdicts)
    {
        VerdictGrade Of(string topic) => verdicts.Find(verdict =>
            string.Equals(verdict.Topic, topic, StringComparison.Ordinal))?.Grade ?? VerdictGrade.Good;
        (VerdictGrade utility, VerdictGrade fidelity, VerdictGrade privacy) = (Of("Utility"), Of("Fidelity"), Of("Privacy"));
        VerdictGrade grade = (VerdictGrade)Math.Max((int)privacy, Math.Max((int)utility, (int)fidelity));
        string answer = (grade, privacy) switch
        {
            (_, VerdictGrade.Poor) => "No: they give real rows away, however good they are otherwise.",
            (VerdictGrade.Good, _) => "Yes: they teach nearly what the real rows teach, look like them, and do not give them away.",
            (VerdictGrade.Poor, _) when utility == VerdictGrade.Poor => "No: models that learn from them are clearly worse.",
            (VerdictGrade.Poor, _) => "No: they do not look like the real rows.",
            _ => "With care: the answers below say for what they are good enough.",
        };
        return new("Overall", grade, "Would I use these rows instead of the real ones?", answer);
    }

    private static Verdict Utility(UtilityResult utility)
    {
        double real = Mean(utility, UtilityScore.Real), synthetic = Mean(utility, UtilityScore.Synthetic);
        double half = Mean(utility, UtilityScore.HalfOfReal), smote = Mean(utility, UtilityScore.Smote);
        double nothing = NoKnowledge(utility);
        double share = real > nothing ? (synthetic - nothing) / (real - nothing) : double.NaN;
        VerdictGrade grade = share >= GoodShare ? VerdictGrade.Good : share >= FairShare ? VerdictGrade.Fair : VerdictGrade.Poor;
        string metric = MetricName(utility.MainMetric);
        string answer = double.IsNaN(share)
            ? Text($"The real rows themselves teach nothing about the label: their mean {metric} is {real:F3}.")
            : Text($"Models trained on them reach a mean {metric} of {synthetic:F3}, those trained on the real rows {real:F3}: ")
                + Text($"{Math.Max(0, share):P0} of what there is to learn.")
                + (double.IsNaN(half) ? "" : Text($" Half of the real rows give {half:F3}."))
                + (double.IsNaN(smote) ? "" : Text($" SMOTE gives {smote:F3}."));
        return new("Utility", grade, "Do models learn as much from them as from the real rows?", answer);
    }

    private static Verdict Augmentation(UtilityResult utility)
    {
        double real = Mean(utility, UtilityScore.Real), both = Mean(utility, UtilityScore.Both), gain = both - real, noise = SeedError(utility);
        VerdictGrade grade = gain > noise ? VerdictGrade.Good : gain >= -Math.Max(noise, 0.005) ? VerdictGrade.Fair : VerdictGrade.Poor;
        string effect = grade switch { VerdictGrade.Good => "Yes", VerdictGrade.Fair => "It changes little", _ => "No" };
        string answer = Text($"{effect}: the mean {MetricName(utility.MainMetric)} goes from {real:F3} to {both:F3}.");
        return new("Utility", grade, "Does it help to add them to the real rows?", answer);
    }

    private static Verdict Fidelity(FidelityScores scores, IReadOnlyList<FidelityScores> yardsticks)
    {
        double detection = Math.Max(Distance(scores.DetectionLogistic), Distance(scores.DetectionTrees));
        VerdictGrade grade = scores.QualityAllPairs >= 0.95 && detection <= 0.25 ? VerdictGrade.Good
            : scores.QualityAllPairs >= 0.85 && detection <= 0.45 ? VerdictGrade.Fair
            : VerdictGrade.Poor;
        string halves = yardsticks.FirstOrDefault(other => string.Equals(other.Name, UtilityScore.HalfOfReal, StringComparison.Ordinal)) is { } half
            ? Text($" (two halves of the real rows: {half.Shapes:P1} and {half.TrendsAllPairs:P1})")
            : "";
        string seen = double.IsNaN(scores.DetectionTrees)
            ? ""
            : Text($" A boosted-tree model tells them from real rows with an AUC of {scores.DetectionTrees:F2}, ")
                + Text($"a linear one with {scores.DetectionLogistic:F2}; 0.5 is guessing.");
        string answer = Text($"Columns agree by {scores.Shapes:P1} and pairs of columns by {scores.TrendsAllPairs:P1}{halves}.{seen}");
        return new("Fidelity", grade, "Do they look like the real rows?", answer);
    }

    private static Verdict Privacy(PrivacyResult privacy)
    {
        double excess = privacy.ExactCopies - privacy.HeldOutExactCopies;
        VerdictGrade grade = privacy.ShareNearerToReal <= 0.53 && privacy.MembershipAuc <= 0.55 && excess <= 0.01 ? VerdictGrade.Good
            : privacy.ShareNearerToReal <= 0.6 && privacy.MembershipAuc <= 0.6 && excess <= 0.05 ? VerdictGrade.Fair
            : VerdictGrade.Poor;
        string verdict = grade switch { VerdictGrade.Good => "Hardly", VerdictGrade.Fair => "A little", _ => "Yes" };
        string answer = Text($"{verdict}: {privacy.ShareNearerToReal:P1} of them lie nearer to a real row than to one that was held out ")
            + Text($"(50 % where nothing was memorised), {privacy.ExactCopies:P1} are copies of a real row ")
            + Text($"(of held-out rows {privacy.HeldOutExactCopies:P1}), ")
            + Text($"and an attacker who holds them tells real rows from held-out ones with an AUC of {privacy.MembershipAuc:F2} (0.5 is guessing).");
        return new("Privacy", grade, "Do they give the real rows away?", answer);
    }

    private static double Distance(double auc) => double.IsNaN(auc) ? 0 : Math.Abs(auc - 0.5);

    private static double Mean(UtilityResult utility, string on) =>
        Main(utility, on).Select(score => score.Mean).DefaultIfEmpty(double.NaN).Average();

    /// <summary>Two standard errors of the difference of two means over trainers and seeds.</summary>
    private static double SeedError(UtilityResult utility)
    {
        double[] variances = [.. Main(utility, UtilityScore.Real).Concat(Main(utility, UtilityScore.Both))
            .Select(score => double.IsNaN(score.StandardDeviation) ? 0 : score.StandardDeviation * score.StandardDeviation)];
        return variances.Length == 0 ? 0 : 2 * Math.Sqrt(variances.Sum() / utility.Seeds) / (variances.Length / 2.0);
    }

    private static double NoKnowledge(UtilityResult utility) => utility.Task == LabelTask.Regression ? 0 : 0.5;

    private static IEnumerable<UtilityScore> Main(UtilityResult utility, string on) => utility.Scores.Where(score =>
        string.Equals(score.TrainedOn, on, StringComparison.Ordinal)
        && string.Equals(score.Metric, utility.MainMetric, StringComparison.Ordinal)
        && !string.Equals(score.Trainer, "constant", StringComparison.Ordinal));

    private static string MetricName(string metric) => string.Equals(metric, "r2", StringComparison.Ordinal) ? "R2" : "AUC";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
