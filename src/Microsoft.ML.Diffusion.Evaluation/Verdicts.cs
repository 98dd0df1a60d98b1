using System.Globalization;
using Microsoft.ML.Diffusion.Evaluation.Privacy;
using Microsoft.ML.Diffusion.Evaluation.Results;

namespace Microsoft.ML.Diffusion.Evaluation;

/// <summary>Says in plain words what the figures come to.</summary>
internal static class Verdicts
{
    // How much of what real rows teach beyond no knowledge synthetic ones must teach, to be as good or of use.
    private const double GoodShare = 0.97, FairShare = 0.85;

    // A difference of AUC or R2 that nobody minds.
    private const double Negligible = 0.005;

    // Of a normal number to either side, for an interval of 95 %.
    private const double Deviations = 1.96;

    // What fewer rows than these change when they are added is chance.
    private const int FewestAdded = 10;

    /// <param name="utility">What models learn; null where that was not measured.</param>
    /// <param name="fidelity">How the rows look.</param>
    /// <param name="yardsticks">How others look.</param>
    /// <param name="privacy">The verdict on privacy; null where there is nothing to say of it.</param>
    public static Verdict[] Of(UtilityResult? utility, FidelityScores fidelity, IReadOnlyList<FidelityScores> yardsticks, Verdict? privacy)
    {
        List<Verdict> verdicts = [FidelityVerdict.Of(fidelity, yardsticks)];
        if (utility is not null)
            verdicts.InsertRange(0, [Utility(utility), Augmentation(utility)]);
        if (privacy is not null)
            verdicts.Add(privacy);
        verdicts.Insert(0, Overall(verdicts));
        return [.. verdicts];
    }

    /// <summary>The verdicts with one sentence more on privacy: what the model that made the rows promises.</summary>
    public static Verdict[] WithPromise(IReadOnlyList<Verdict> verdicts, PromisedPrivacy? promise)
    {
        string sentence = PromiseOf(promise);
        if (!verdicts.Any(IsOfPrivacy))
            return [.. verdicts, new("Privacy", VerdictGrade.Undefined, PrivacyVerdict.Question, $"Not measured. {sentence}")];
        return [.. verdicts.Select(verdict => IsOfPrivacy(verdict) ? verdict with { Answer = $"{verdict.Answer} {sentence}" } : verdict)];

        static bool IsOfPrivacy(Verdict verdict) => string.Equals(verdict.Topic, "Privacy", StringComparison.Ordinal);
    }

    /// <summary>The promise as a sentence.</summary>
    public static string PromiseOf(PromisedPrivacy? promise) => promise switch
    {
        null => "Their model promises no differential privacy.",
        { HasKnownNoise: true } => "The noise of their model came from a seed: it promises no differential privacy.",
        _ => Text($"Their model promises differential privacy of epsilon {promise.Epsilon:G6} and delta {promise.Delta:G3} for every row."),
    };

    private static Verdict Overall(List<Verdict> verdicts)
    {
        bool Has(string topic) => verdicts.Exists(verdict => string.Equals(verdict.Topic, topic, StringComparison.Ordinal));
        VerdictGrade Of(string topic) => verdicts.Find(verdict =>
            string.Equals(verdict.Topic, topic, StringComparison.Ordinal))?.Grade ?? VerdictGrade.Good;
        (VerdictGrade utility, VerdictGrade fidelity, VerdictGrade privacy) = (Of("Utility"), Of("Fidelity"), Of("Privacy"));
        VerdictGrade[] grades = [utility, fidelity, privacy];
        VerdictGrade grade = grades.Contains(VerdictGrade.Poor) ? VerdictGrade.Poor : grades.Max();
        string answer = (grade, privacy) switch
        {
            (_, VerdictGrade.Poor) => "No: they give real rows away, however good they are otherwise.",
            (VerdictGrade.Undefined, _) => UndefinedOverall(utility, fidelity),
            (VerdictGrade.Good, _) => GoodOverall(Has("Utility"), Has("Privacy")),
            (VerdictGrade.Poor, _) when utility == VerdictGrade.Poor => "No: models that learn from them are clearly worse.",
            (VerdictGrade.Poor, _) => "No: they do not look like the real rows.",
            _ => "With care: the answers below say for what they are good enough.",
        };
        return new("Overall", grade, "Would I use these rows instead of the real ones?", answer);
    }

    private static string GoodOverall(bool hasUtility, bool hasPrivacy) => (hasUtility, hasPrivacy) switch
    {
        (true, true) => "Yes: they teach nearly what the real rows teach, look like them, and do not give them away.",
        (true, false) => "Yes, as far as was measured: they teach nearly what the real rows teach, and look like them. Whether they give "
            + "real rows away was not measured.",
        (false, true) => "Yes, as far as was measured: they look like the real rows, and do not give them away. What models learn from "
            + "them was not measured.",
        _ => "As far as was measured, they look like the real rows. What models learn from them, and whether they give real rows away, was "
            + "not measured.",
    };

    private static string UndefinedOverall(VerdictGrade utility, VerdictGrade fidelity)
    {
        string what = utility == VerdictGrade.Undefined ? "what models learn from them"
            : fidelity == VerdictGrade.Undefined ? "how much they look like the real rows"
            : "whether they give real rows away";
        return Text($"Undefined, because it is not known {what}; the answers below say why.");
    }

    private static Verdict Utility(UtilityResult utility)
    {
        const string Question = "Do models learn as much from them as from the real rows?";
        if (utility.UndefinedReason is { } reason)
            return Undefined("Utility", Question, reason);
        double real = Mean(utility, UtilityScore.Real), synthetic = Mean(utility, UtilityScore.Synthetic);
        double half = Mean(utility, UtilityScore.HalfOfReal), smote = Mean(utility, UtilityScore.Smote);
        double cart = Mean(utility, UtilityScore.Cart);
        double nothing = NoKnowledge(utility);
        string metric = MetricName(utility.MainMetric);
        if (!double.IsFinite(real) || !double.IsFinite(synthetic))
            return Undefined("Utility", Question, Text($"a model gave scores of which no {metric} can be taken"));
        if (utility.RealMinusNothing is not { Lower: > 0 })
            return Undefined("Utility", Question, WhyNothing(utility, metric, real, nothing));
        double share = (synthetic - nothing) / (real - nothing);
        VerdictGrade grade = share >= GoodShare ? VerdictGrade.Good : share >= FairShare ? VerdictGrade.Fair : VerdictGrade.Poor;
        // A loss that other test rows or trainings may turn into a gain condemns no rows.
        bool isUncertain = grade == VerdictGrade.Poor && utility.SyntheticMinusReal is { Upper: >= 0 };
        grade = isUncertain ? VerdictGrade.Fair : grade;
        string answer = Text($"Models trained on them reach a mean {metric} of {synthetic:F3}, those trained on the real rows {real:F3}: ")
            + Text($"{Math.Max(0, share):P0} of what there is to learn.")
            + (double.IsNaN(half) ? "" : Text($" Half of the real rows give {half:F3}."))
            + (double.IsNaN(smote) ? "" : Text($" SMOTE gives {smote:F3}"))
            + (double.IsNaN(cart) ? "" : Text($"{(double.IsNaN(smote) ? "" : ",")} sequential CART {cart:F3}"))
            + (double.IsNaN(smote) && double.IsNaN(cart) ? "" : ".")
            + (isUncertain ? Text($" The {utility.TestRows} test rows cannot tell whether that is worse.") : "");
        return new("Utility", grade, Question, answer);
    }

    /// <summary>Why nothing can be compared with what real rows teach, a clause that follows "because".</summary>
    private static string WhyNothing(UtilityResult utility, string metric, double real, double nothing)
    {
        if (utility.RealMinusNothing is not { } taught || double.IsNaN(taught.Lower))
            return UndefinedFigures.WhyNoInterval(utility);
        return Text($"the real rows teach nothing about the label that {utility.TestRows} test rows could show: their mean {metric} is ")
            + Text($"{real:F3} ({taught.Confidence:P0} interval {nothing + taught.Lower:F3} to {nothing + taught.Upper:F3}; ")
            + Text($"{nothing:0.#} is guessing)");
    }

    private static Verdict Augmentation(UtilityResult utility)
    {
        const string Question = "Does it help to add them to the real rows?";
        if (utility.UndefinedReason is { } reason)
            return Undefined("Utility", Question, reason);
        int made = Main(utility, UtilityScore.Synthetic).Select(score => score.Rows).FirstOrDefault();
        if (made < FewestAdded)
        {
            return Undefined("Utility", Question,
                Text($"{made} synthetic {(made == 1 ? "row was" : "rows were")} added, and fewer than {FewestAdded} decide nothing"));
        }

        double real = Mean(utility, UtilityScore.Real), both = Mean(utility, UtilityScore.Both);
        if (utility.AddedMinusReal is not { } gain || double.IsNaN(gain.Lower))
            return Undefined("Utility", Question, UndefinedFigures.WhyNoInterval(utility));
        VerdictGrade grade = gain.Lower > 0 && gain.Mean > Negligible && IsBeyondRetraining(utility, gain) ? VerdictGrade.Good
            : gain.Upper < 0 && gain.Mean < -Negligible ? VerdictGrade.Poor
            : VerdictGrade.Fair;
        string effect = grade switch
        {
            VerdictGrade.Good => "Yes",
            VerdictGrade.Poor => "No",
            _ when gain.Lower >= -Negligible && gain.Upper <= Negligible => "It changes little",
            _ when gain.Lower > 0 => gain.Mean > Negligible ? "For some trainers only" : "Yes, but little",
            _ when gain.Upper < 0 => "No, but it harms little",
            _ => Text($"The {utility.TestRows} test rows cannot tell"),
        };
        string answer = Text($"{effect}: the mean {MetricName(utility.MainMetric)} goes from {real:F3} to {both:F3}, a difference of ")
            + Text($"{gain.Mean:+0.000;-0.000;0.000} ({gain.Confidence:P0} interval {gain.Lower:+0.000;-0.000;0.000} to ")
            + Text($"{gain.Upper:+0.000;-0.000;0.000}).");
        return new("Utility", grade, Question, answer);
    }

    /// <summary>Whether a gain is more than any other rows might bring: one row more or less moves what each trainer learns by chance and
    /// in a way of its own. How much, their differences from each other say.</summary>
    private static bool IsBeyondRetraining(UtilityResult utility, UtilityDifference gain)
    {
        double[] real = [.. Main(utility, UtilityScore.Real).Select(score => score.Mean)];
        double[] gains = [.. Main(utility, UtilityScore.Both).Zip(real, (score, without) => score.Mean - without)];
        double squares = gains.Sum(own => (own - gain.Mean) * (own - gain.Mean));
        double ofTrainers = gains.Length < 2 ? 0 : squares / (gains.Length * (gains.Length - 1.0));
        double ofTestRows = (gain.Upper - gain.Lower) / (2 * Deviations);
        return gain.Mean > Deviations * Math.Sqrt(ofTrainers + (ofTestRows * ofTestRows));
    }

    private static Verdict Undefined(string topic, string question, string reason) =>
        new(topic, VerdictGrade.Undefined, question, $"Undefined, because {reason}.");

    private static double Mean(UtilityResult utility, string on) =>
        Main(utility, on).Select(score => score.Mean).DefaultIfEmpty(double.NaN).Average();

    private static double NoKnowledge(UtilityResult utility) => utility.Task == LabelTask.Regression ? 0 : 0.5;

    private static IEnumerable<UtilityScore> Main(UtilityResult utility, string on) => utility.Scores.Where(score =>
        string.Equals(score.TrainedOn, on, StringComparison.Ordinal)
        && string.Equals(score.Metric, utility.MainMetric, StringComparison.Ordinal)
        && !string.Equals(score.Trainer, "constant", StringComparison.Ordinal));

    private static string MetricName(string metric) => string.Equals(metric, "r2", StringComparison.Ordinal) ? "R2" : "AUC";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
