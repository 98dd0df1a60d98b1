namespace Microsoft.ML.Diffusion.Models.Generation;

/// <summary>How a <see cref="TabularGenerator"/> learns and makes rows.</summary>
public enum GenerationMethod
{
    /// <summary>Masked diffusion (D3PM's absorbing state, Austin et al. 2021; Ou et al. 2024) of every column, numbers as frequent values
    /// and bins: the default.</summary>
    Masked,

    /// <summary>TabDDPM (Kotelnikov, Baranchuk, Rubachev, Babenko 2023): Gaussian diffusion of numbers, multinomial diffusion of
    /// categories.</summary>
    TabDdpm,

    /// <summary>MissDiff (Ouyang, Xie, Li, Cheng 2023), algorithms 1 and 3.</summary>
    MissDiff,

    /// <summary>MedDiff (He, Zhang, Xu, Chiang, Ho 2023): Gaussian diffusion of numbers and one-hots by a U-Net, Anderson-accelerated
    /// sampling, guidance to a class.</summary>
    MedDiff,
}
