namespace Microsoft.ML.Diffusion.Evaluation.Results;

/// <summary>Distances to the closest row, in the same bins.</summary>
/// <param name="Edges">The bins' edges, one more than there are bins; a bin holds its lower edge, the last one all beyond it too.</param>
/// <param name="SyntheticToReal">Share of the synthetic rows by their distance to the closest real row.</param>
/// <param name="SyntheticToHeldOut">The same to the closest held-out row.</param>
/// <param name="HeldOutToReal">The yardstick: share of the held-out rows by their distance to the closest real row.</param>
public sealed record DistanceHistogram(
    IReadOnlyList<double> Edges,
    IReadOnlyList<double> SyntheticToReal,
    IReadOnlyList<double> SyntheticToHeldOut,
    IReadOnlyList<double> HeldOutToReal);
