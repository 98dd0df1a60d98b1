using Microsoft.ML.Diffusion.Models.Imputation;

namespace Microsoft.ML.Diffusion.Models.Methods.ChainedRidge;

/// <summary>Options of ridge regressions, column after column on what the regressions before have filled: chained equations (van Buuren and
/// Groothuis-Oudshoorn 2011, "mice: multivariate imputation by chained equations in R"), with best guesses in place of draws. Categories
/// are regressed one-hot. The regressions of the last sweep are kept, so that new rows can be filled too.</summary>
public sealed class ChainedRidgeOptions : ThreadedImputerOptions
{
    /// <inheritdoc/>
    public override ImputationMethod Registration => ChainedRidgeImputation.Instance;

    /// <summary>The most rows that are looked at, 1 or more: a random choice of the table's. Default: 5,000.</summary>
    public int MostRows { get; set; } = new RidgeSettings().MostRows;

    /// <summary>Sweeps over all columns, 1 or more; fewer for very wide tables. Default: 6.</summary>
    public int Sweeps { get; set; } = new RidgeSettings().Sweeps;

    /// <summary>The penalty on squared coefficients, as a share of each input's sum of squares; 0 or more. Default: 0.001.</summary>
    public double Ridge { get; set; } = new RidgeSettings().Ridge;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(MostRows >= 1, nameof(MostRows), MostRows, "at least 1");
        Require(Sweeps >= 1, nameof(Sweeps), Sweeps, "at least 1");
        Require(Ridge >= 0, nameof(Ridge), Ridge, "at least 0");
    }
}
