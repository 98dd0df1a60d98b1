namespace Microsoft.ML.Diffusion.Evaluation.Results;

/// <summary>How often a column of two values has the rarer one.</summary>
/// <param name="Column">The column's name.</param>
/// <param name="Value">The value: 1 of a column of zeros and ones, else the rarer category of the real table.</param>
/// <param name="Real">Its share among the real rows.</param>
/// <param name="Synthetic">Its share among the synthetic rows.</param>
public sealed record DimensionProbability(string Column, string Value, double Real, double Synthetic);
