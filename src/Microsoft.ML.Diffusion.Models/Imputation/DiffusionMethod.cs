namespace Microsoft.ML.Diffusion.Models.Imputation;

/// <summary>How a <see cref="TabularDiffusionModel"/> learns and imputes.</summary>
public enum DiffusionMethod
{
    /// <summary>A denoiser that is told the observed cells and trained with random conditioning masks: numbers diffuse
    /// with Gaussian noise, categories by being masked. At full noise it is the conditional mean and the most probable
    /// category, in one network pass.</summary>
    Conditional,

    /// <summary>MissDiff (Ouyang et al. 2023): a denoiser of whole rows trained on the observed entries only, which imputes
    /// by putting the noised observed entries in place at every step of the reverse process.</summary>
    MissDiff,

    /// <summary>CSDI-T (Zheng and Charoenphakdee 2022; Tashiro et al. 2021): a denoiser whose tokens, one for each number and category,
    /// attend to each other; it is shown the observed cells, and trained with random ones hidden.</summary>
    CsdiT,
}
