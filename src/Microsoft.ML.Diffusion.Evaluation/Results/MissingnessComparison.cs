namespace Microsoft.ML.Diffusion.Evaluation.Results;

/// <summary>Which cells are missing, and which together. How much of each column is missing stands in <see
/// cref="ColumnDistribution"/>.</summary>
/// <param name="RealShare">Share of all real cells that are missing.</param>
/// <param name="SyntheticShare">Share of all synthetic cells that are missing.</param>
/// <param name="Patterns">The most frequent patterns of the real table first, the complete row among them.</param>
/// <param name="OtherPatterns">How many further patterns of either table <see cref="Patterns"/> leaves out.</param>
public sealed record MissingnessComparison(
    double RealShare, double SyntheticShare, IReadOnlyList<MissingnessPattern> Patterns, int OtherPatterns);
