namespace Microsoft.ML.Diffusion.Models.Methods.Conditional;

/// <summary>The predictors whose weighted mean may be the best guess of conditional diffusion.</summary>
[Flags]
public enum ImputationMembers
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The diffusion model: denoisers at pure noise, told the observed cells.</summary>
    Denoisers = 1,

    /// <summary>Extremely randomised trees for each column (Geurts et al. 2006).</summary>
    Trees = 2,

    /// <summary>A multivariate normal distribution fitted by expectation-maximisation (Dempster, Laird, Rubin 1977).</summary>
    Gaussian = 4,

    /// <summary>The most similar training rows (Troyanskaya et al. 2001).</summary>
    Neighbors = 8,

    /// <summary>All of them.</summary>
    All = Denoisers | Trees | Gaussian | Neighbors,
}
