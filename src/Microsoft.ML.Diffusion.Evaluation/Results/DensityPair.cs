namespace Microsoft.ML.Diffusion.Evaluation.Results;

/// <summary>Two kernel density estimates with a Gaussian kernel of Silverman's bandwidth (1986, equation 3.31) at the same
/// points.</summary>
/// <param name="At">The points, evenly spaced.</param>
/// <param name="Real">Density of the real values at each.</param>
/// <param name="Synthetic">Density of the synthetic values at each.</param>
public sealed record DensityPair(IReadOnlyList<double> At, IReadOnlyList<double> Real, IReadOnlyList<double> Synthetic);
