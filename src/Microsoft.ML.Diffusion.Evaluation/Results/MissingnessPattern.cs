namespace Microsoft.ML.Diffusion.Evaluation.Results;

/// <summary>A set of columns that are missing in the same row.</summary>
/// <param name="MissingColumns">The names of the missing columns; empty for a complete row.</param>
/// <param name="Real">Share of the real rows with exactly these missing.</param>
/// <param name="Synthetic">Share of the synthetic rows with exactly these missing.</param>
public sealed record MissingnessPattern(IReadOnlyList<string> MissingColumns, double Real, double Synthetic);
