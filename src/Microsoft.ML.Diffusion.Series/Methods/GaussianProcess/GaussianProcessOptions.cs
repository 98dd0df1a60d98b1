using Microsoft.ML.Diffusion.Series.Imputation;

namespace Microsoft.ML.Diffusion.Series.Methods.GaussianProcess;

/// <summary>Options of a Gaussian process over time for each variable alone (Rasmussen and Williams 2006): a baseline that every method
/// that looks at several variables should be better than.</summary>
public sealed class GaussianProcessOptions : SeriesImputerOptions
{
    /// <inheritdoc/>
    public override SeriesImputationMethod Registration => GaussianProcessImputation.Instance;

    /// <summary>Steps in which the covariance is made more likely, 0 or more. Default: 60.</summary>
    public int Steps { get; set; } = 60;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(Steps >= 0, nameof(Steps), Steps, "at least 0");
    }
}
