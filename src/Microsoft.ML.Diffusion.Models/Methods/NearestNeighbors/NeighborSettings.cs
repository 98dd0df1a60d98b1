namespace Microsoft.ML.Diffusion.Models.Methods.NearestNeighbors;

/// <summary>How a <see cref="NeighborPredictor"/> looks for neighbours.</summary>
internal sealed record NeighborSettings
{
    /// <summary>How many neighbours a guess is made of.</summary>
    public int Neighbors { get; init; } = 10;

    /// <summary>The most rows that are kept.</summary>
    public int MostRows { get; init; } = 4000;
}
