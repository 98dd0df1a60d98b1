using Microsoft.ML.Diffusion.Series.Imputation;

namespace Microsoft.ML.Diffusion.Series.Methods.Linear;

/// <summary>Options of a baseline which has none of its own: the straight line, in time, between the observed values of the variable before
/// and after; at the ends of a series the nearest observed value, and in a series without any the mean of the variable over all series.
/// Where the future is not to be looked at (<see cref="SeriesDirection.Causal"/>) it is the last observed value.</summary>
public sealed class LinearOptions : SeriesImputerOptions
{
    /// <inheritdoc/>
    public override SeriesImputationMethod Registration => LinearImputation.Instance;
}
