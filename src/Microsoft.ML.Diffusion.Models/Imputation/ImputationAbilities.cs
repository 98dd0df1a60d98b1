namespace Microsoft.ML.Diffusion.Models.Imputation;

/// <summary>What an <see cref="ImputationMethod"/> can do beside best guesses and draws of each cell.</summary>
[Flags]
public enum ImputationAbilities
{
    /// <summary>Nothing more.</summary>
    None = 0,

    /// <summary>The missing cells of a row are drawn together, so that they agree with each other. Other methods draw each cell by
    /// itself.</summary>
    JointDraws = 1,

    /// <summary>Calibrated intervals of numbers and probabilities of categories.</summary>
    Uncertainty = 2,

    /// <summary>The best guess is a weighted mean of several predictors, whose weights can be read.</summary>
    Members = 4,
}
