using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods.Trees;

namespace Microsoft.ML.Diffusion.Models.Methods.MissForest;

/// <summary>Options of missForest: random forests, column after column on what the forests before have filled (Stekhoven and Bühlmann 2012,
/// "MissForest: non-parametric missing value imputation for mixed-type data").</summary>
/// <remarks>With two differences: the table is filled with Gaussian conditional means at first, and the forests of the last sweep are kept,
/// so that new rows can be filled too.</remarks>
public sealed class MissForestOptions : ThreadedImputerOptions
{
    /// <inheritdoc/>
    public override ImputationMethod Registration => MissForestImputation.Instance;

    /// <summary>Trees per column, 1 or more; fewer are grown for very wide tables. Default: 100.</summary>
    public int Trees { get; set; } = TreeSettings.MissForest.Trees;

    /// <summary>The most rows that a column's trees are grown from, 1 to 30,000: a random choice of the table's. Default: 5,000.</summary>
    public int MostRows { get; set; } = TreeSettings.MissForest.MostRows;

    /// <summary>Sweeps over all columns, 1 or more. Default: 3.</summary>
    public int Sweeps { get; set; } = TreeSettings.MissForest.Sweeps;

    /// <summary>The share of the inputs that are tried at every node, above 0 and at most 1. Default: a third (Breiman 2001, for
    /// regression).</summary>
    public double Tried { get; set; } = TreeSettings.MissForest.Tried;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(Trees >= 1, nameof(Trees), Trees, "at least 1");
        Require(MostRows is >= 1 and <= 30_000, nameof(MostRows), MostRows, "between 1 and 30,000");
        Require(Sweeps >= 1, nameof(Sweeps), Sweeps, "at least 1");
        Require(Tried is > 0 and <= 1, nameof(Tried), Tried, "above 0 and at most 1");
    }
}
