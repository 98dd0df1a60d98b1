namespace Microsoft.ML.Diffusion.Evaluation;

/// <summary>How far an evaluation has come.</summary>
/// <param name="Done">Share of the work that is done, 0 to 1.</param>
/// <param name="Stage">What is being done, such as "FastTree on synthetic rows".</param>
public sealed record EvaluationProgress(double Done, string Stage);
