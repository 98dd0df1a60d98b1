namespace Microsoft.ML.Diffusion.Evaluation.Results;

/// <summary>What synthetic rows are worth to learn from: models trained on real, synthetic and both kinds of rows, all tested on the same
/// held-out real rows (train on synthetic, test on real: Esteban, Hyland and Rätsch 2017, section 4.2).</summary>
/// <param name="Task">What is predicted.</param>
/// <param name="Classes">The label's classes in the order of their codes; empty for <see cref="LabelTask.Regression"/>.</param>
/// <param name="PositiveClass">The class whose probability is ranked, the rarer one of the real table; null unless
/// <see cref="LabelTask.Binary"/>.</param>
/// <param name="MainMetric">The metric of <see cref="Scores"/> that verdicts and charts use: "auc" or "r2".</param>
/// <param name="Seeds">How many times each training was repeated.</param>
/// <param name="Scores">Every trainer on every kind of rows by every metric, and the yardsticks.</param>
/// <param name="Augmentation">What adding synthetic rows to the real ones does, by their number; empty where it was not asked for.</param>
public sealed record UtilityResult(
    LabelTask Task,
    IReadOnlyList<string> Classes,
    string? PositiveClass,
    string MainMetric,
    int Seeds,
    IReadOnlyList<UtilityScore> Scores,
    IReadOnlyList<AugmentationPoint> Augmentation)
{
    /// <summary>How many test rows have a label and were predicted.</summary>
    public int TestRows { get; init; }

    /// <summary>Why the test rows can judge no model, a clause that follows "because"; null where they can.</summary>
    public string? UndefinedReason { get; init; }

    /// <summary>What the real rows teach beyond no knowledge (an AUC of 0.5, an R2 of 0), and its interval; null where the test rows can
    /// judge no model.</summary>
    public UtilityDifference? RealMinusNothing { get; init; }

    /// <summary>What synthetic rows in place of the real ones change; null where the test rows can judge no model.</summary>
    public UtilityDifference? SyntheticMinusReal { get; init; }

    /// <summary>What adding the synthetic rows to the real ones changes; null where the test rows can judge no model.</summary>
    public UtilityDifference? AddedMinusReal { get; init; }

    /// <summary>What to know of classes that real and test rows do not share, each a sentence.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
