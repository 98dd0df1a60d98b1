namespace Microsoft.ML.Diffusion.Models.Imputation;

/// <summary>One of the predictors whose weighted mean is the best guess of a <see cref="TableImputer"/>.</summary>
/// <param name="Name">What it is.</param>
/// <param name="NumberWeight">Its share in numbers, 0 to 1.</param>
/// <param name="CategoryWeight">Its share in the probabilities of categories, 0 to 1.</param>
public sealed record BlendMember(string Name, double NumberWeight, double CategoryWeight);
