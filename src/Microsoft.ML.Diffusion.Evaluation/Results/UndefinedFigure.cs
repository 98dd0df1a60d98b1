namespace Microsoft.ML.Diffusion.Evaluation.Results;

/// <summary>A figure that the tables do not define, and why. In JSON the figure itself is null.</summary>
/// <param name="Figure">Where the figure stands in <c>metrics.json</c>, such as "utility.auc".</param>
/// <param name="Reason">Why it is not defined: a clause that follows the word "because".</param>
public sealed record UndefinedFigure(string Figure, string Reason);
