namespace Microsoft.ML.Diffusion.Evaluation.Results;

/// <summary>How frequent a category is.</summary>
/// <param name="Category">The category.</param>
/// <param name="Real">Its share among the real cells that are not missing.</param>
/// <param name="Synthetic">Its share among the synthetic ones.</param>
public sealed record CategoryFrequency(string Category, double Real, double Synthetic);
