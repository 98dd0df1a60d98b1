namespace Microsoft.ML.Diffusion.Evaluation.Imputation;

/// <summary>Kernel densities of observed and imputed numbers at the same points, as users of mice compare them (van Buuren 2018, section
/// 6.6).
/// They need not be equal: where large values are missing more often, imputed ones should be larger; the true hidden ones say.</summary>
/// <param name="At">The points, evenly spaced.</param>
/// <param name="Observed">Density of the numbers that were not missing.</param>
/// <param name="Imputed">Density of the filled-in numbers, of all draws together.</param>
/// <param name="Hidden">Density of the true numbers in the same cells.</param>
public sealed record ImputedDensities(
    IReadOnlyList<double> At, IReadOnlyList<double> Observed, IReadOnlyList<double> Imputed, IReadOnlyList<double> Hidden);
