namespace Microsoft.ML.Diffusion.Models.Imputation;

/// <summary>Which question about a missing cell is answered.</summary>
public enum ImputationMode
{
    /// <summary>The best single guess: the conditional mean of a number, the most probable category.</summary>
    Expectation,

    /// <summary>One draw from the distribution of the missing cells given the observed ones, for multiple imputation.</summary>
    Draw,
}
