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
    IReadOnlyList<AugmentationPoint> Augmentation);
