using Microsoft.ML.Diffusion.Models.Generation;

namespace Microsoft.ML.Diffusion.Tool.Synthesis;

/// <summary>How new rows are made: a <see cref="GenerationMethod"/>, or the baseline.</summary>
internal enum SynthesisMethod
{
    /// <summary>Masked diffusion, the default.</summary>
    Masked,

    /// <summary>TabDDPM.</summary>
    TabDdpm,

    /// <summary>MissDiff.</summary>
    MissDiff,

    /// <summary>MedDiff.</summary>
    MedDiff,

    /// <summary>SMOTE.</summary>
    Smote,
}
