using Microsoft.ML.Diffusion.Models.Imputation;

namespace Microsoft.ML.Diffusion.Models.Methods.MeanMode;

/// <summary>Options of the simplest baseline, which has none: the mean of a number, the most frequent category, whatever the rest of the
/// row says. A draw comes from the normal distribution with the column's mean and deviation, or from the category frequencies, column by
/// column. The training draws nothing, so that its seed does not matter.</summary>
public sealed class MeanModeOptions : ImputerOptions
{
    /// <inheritdoc/>
    public override ImputationMethod Registration => MeanModeImputation.Instance;
}
