namespace Microsoft.ML.Diffusion.Evaluation.Results;

/// <summary>One trainer after a number of synthetic rows was added to the real ones (MedDiff, figure 7).</summary>
/// <param name="Trainer">Name of the trainer.</param>
/// <param name="AddedRows">How many synthetic rows were added to the real ones.</param>
/// <param name="Metric">As in <see cref="UtilityScore.Metric"/>.</param>
/// <param name="Mean">Mean over the seeds, each of which adds other rows.</param>
/// <param name="StandardDeviation">Over the seeds; NaN for a single one.</param>
public sealed record AugmentationPoint(string Trainer, int AddedRows, string Metric, double Mean, double StandardDeviation);
