using Microsoft.ML.Diffusion.Models.Imputation;

namespace Microsoft.ML.Diffusion.Models.Methods.NearestNeighbors;

/// <summary>Options of the weighted mean, or the weighted shares, of the nearest rows in which the cell is known (Troyanskaya et al. 2001,
/// "Missing value estimation methods for DNA microarrays").</summary>
/// <remarks>The distance is over the cells that both rows have: squared differences of numbers as a share of what they are between two
/// random rows, 1 for categories that differ. Neighbours count by the inverse of it.</remarks>
public sealed class NearestNeighborsOptions : ImputerOptions
{
    /// <inheritdoc/>
    public override ImputationMethod Registration => NearestNeighborsImputation.Instance;

    /// <summary>How many neighbours a guess is made of, 1 or more. Default: 10.</summary>
    public int Neighbors { get; set; } = new NeighborSettings().Neighbors;

    /// <summary>The most rows that are kept, 1 or more: a random choice of the table's. Default: 4,000.</summary>
    public int MostRows { get; set; } = new NeighborSettings().MostRows;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(Neighbors >= 1, nameof(Neighbors), Neighbors, "at least 1");
        Require(MostRows >= 1, nameof(MostRows), MostRows, "at least 1");
    }
}
