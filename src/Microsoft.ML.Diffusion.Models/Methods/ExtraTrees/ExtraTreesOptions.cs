using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods.Trees;

namespace Microsoft.ML.Diffusion.Models.Methods.ExtraTrees;

/// <summary>Options of extremely randomised trees, per column, of all other columns (Geurts, Ernst and Wehenkel 2006, "Extremely randomized
/// trees").</summary>
/// <remarks>Missing inputs are filled with Gaussian conditional means given the row without the target, while fitting as for new rows; a
/// second set of trees does the same with the guesses of the first.</remarks>
public sealed class ExtraTreesOptions : ThreadedImputerOptions
{
    /// <inheritdoc/>
    public override ImputationMethod Registration => ExtraTreesImputation.Instance;

    /// <summary>Trees per column, 1 or more; fewer are grown for very wide tables. Default: 50.</summary>
    public int Trees { get; set; } = new TreeSettings().Trees;

    /// <summary>The most rows that a column's trees are grown from, 1 to 30,000: a random choice of the table's. Default: 5,000.</summary>
    public int MostRows { get; set; } = new TreeSettings().MostRows;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(Trees >= 1, nameof(Trees), Trees, "at least 1");
        Require(MostRows is >= 1 and <= 30_000, nameof(MostRows), MostRows, "between 1 and 30,000");
    }
}
