using Microsoft.ML.Diffusion.Models.Imputation;

namespace Microsoft.ML.Diffusion.Models.Methods.Gaussian;

/// <summary>Options of conditional means under one multivariate normal distribution over numbers and one-hot categories, fitted by
/// expectation maximisation on incomplete rows (Dempster, Laird and Rubin 1977, "Maximum likelihood from incomplete data via the EM
/// algorithm", section 4.1). Linear in the observed cells, and hard to beat where relations are.</summary>
public sealed class GaussianOptions : ThreadedImputerOptions
{
    /// <inheritdoc/>
    public override ImputationMethod Registration => GaussianImputation.Instance;

    /// <summary>The most rows that are looked at, 1 or more: a random choice of the table's. Default: 5,000.</summary>
    public int MostRows { get; set; } = new GaussianSettings().MostRows;

    /// <summary>How many rows without any correlation are taken to have been seen too, per dimension: what keeps the distribution well
    /// conditioned. 0 or more; default: 0.001.</summary>
    public double Ridge { get; set; } = new GaussianSettings().Ridge;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(MostRows >= 1, nameof(MostRows), MostRows, "at least 1");
        Require(Ridge >= 0, nameof(Ridge), Ridge, "at least 0");
    }
}
