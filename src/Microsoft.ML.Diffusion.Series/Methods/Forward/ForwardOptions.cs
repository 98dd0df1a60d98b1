using Microsoft.ML.Diffusion.Series.Imputation;

namespace Microsoft.ML.Diffusion.Series.Methods.Forward;

/// <summary>Options of a baseline which has none of its own: the last observed value of the variable in the same series, or before the
/// first one the mean of the variable over all series. It never looks ahead.</summary>
public sealed class ForwardOptions : SeriesImputerOptions
{
    /// <inheritdoc/>
    public override SeriesImputationMethod Registration => ForwardImputation.Instance;
}
