using Microsoft.ML.Diffusion.Series.Imputation;

namespace Microsoft.ML.Diffusion.Series.Methods.Mean;

/// <summary>Options of the simplest baseline, which has none of its own: the mean of the variable over all series.</summary>
public sealed class SeriesMeanOptions : SeriesImputerOptions
{
    /// <inheritdoc/>
    public override SeriesImputationMethod Registration => MeanImputation.Instance;
}
