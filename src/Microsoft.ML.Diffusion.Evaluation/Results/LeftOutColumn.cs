namespace Microsoft.ML.Diffusion.Evaluation.Results;

/// <summary>A column that the evaluation does not look at.</summary>
/// <param name="Column">The column's name.</param>
/// <param name="Reason">Why: a clause that follows a colon.</param>
public sealed record LeftOutColumn(string Column, string Reason);
