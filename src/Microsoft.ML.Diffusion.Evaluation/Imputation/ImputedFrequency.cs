namespace Microsoft.ML.Diffusion.Evaluation.Imputation;

/// <summary>How frequent a category is among observed, imputed and truly hidden cells.</summary>
/// <param name="Category">The category.</param>
/// <param name="Observed">Its share among the cells that were not missing.</param>
/// <param name="Imputed">Its share among the filled-in cells, of all draws together.</param>
/// <param name="Hidden">Its share among the true values of the same cells.</param>
public sealed record ImputedFrequency(string Category, double Observed, double Imputed, double Hidden);
