using Microsoft.ML.Diffusion.Evaluation.Privacy;

namespace Microsoft.ML.Diffusion.Evaluation.Results;

/// <summary>Whether synthetic rows give the rows away that they were learnt from. The yardstick of every figure are held-out real rows,
/// which nobody learnt from. Distance: the root of the sum of squared differences of numbers, scaled by the real table's minimum and
/// maximum, plus 1 for every category that differs and for every cell that is missing in one row only.</summary>
/// <param name="SyntheticRows">How many synthetic rows were looked at, drawn at random where there are more.</param>
/// <param name="RealRows">How many real rows, and as many held-out ones, the distances were taken to; drawn likewise.</param>
/// <param name="SyntheticToReal">Distance of each synthetic row to its closest real one (distance to closest record).</param>
/// <param name="SyntheticToHeldOut">Distance of each synthetic row to its closest held-out one, among as many.</param>
/// <param name="HeldOutToReal">The yardstick: distance of each held-out row to its closest real one.</param>
/// <param name="ShareNearerToReal">Share of the synthetic rows that lie nearer to a real row than to any held-out one, half of those
/// equally
/// near included. 0.5 where nothing was memorised; 1 for copies.</param>
/// <param name="NearestRatio">Distance to the closest real row over that to the second closest, of each synthetic row; near 0 where a row
/// points at one real row. A row at distance 0 of both counts as 1.</param>
/// <param name="HeldOutNearestRatio">The yardstick: the same of each held-out row.</param>
/// <param name="ExactCopies">Share of the synthetic rows that are a real row.</param>
/// <param name="HeldOutExactCopies">The yardstick: share of the held-out rows that are a real row too.</param>
/// <param name="NearCopies">Share of the synthetic rows within <see cref="NearCopyDistance"/> of a real row, exact copies included.</param>
/// <param name="HeldOutNearCopies">The yardstick: the same of the held-out rows.</param>
/// <param name="NearCopyDistance">What counts as near.</param>
/// <param name="MembershipAuc">AUC of an attack that takes a row for one of the real table the nearer its closest synthetic row is (Chen et
/// al. 2020, GAN-Leaks, full black box). 0.5: it guesses; 1: it knows.</param>
/// <param name="MembershipTruePositives">The share of the real rows that this attack finds at the threshold where it takes one in a hundred
/// held-out rows for one of them (Carlini et al. 2022, "Membership inference attacks from first principles", section 3). 0.01: it
/// guesses.</param>
/// <param name="OutlyingTruePositives">The same among the tenth of the rows that lie farthest from the rows of the other table, with a
/// threshold of their own: rows that have no like give themselves away first.</param>
/// <param name="DistanceHistogram">Share of rows by distance, to be drawn.</param>
public sealed record PrivacyResult(
    int SyntheticRows,
    int RealRows,
    QuantileSummary SyntheticToReal,
    QuantileSummary SyntheticToHeldOut,
    QuantileSummary HeldOutToReal,
    double ShareNearerToReal,
    QuantileSummary NearestRatio,
    QuantileSummary HeldOutNearestRatio,
    double ExactCopies,
    double HeldOutExactCopies,
    double NearCopies,
    double HeldOutNearCopies,
    double NearCopyDistance,
    double MembershipAuc,
    double MembershipTruePositives,
    double OutlyingTruePositives,
    DistanceHistogram DistanceHistogram)
{
    /// <summary>What the same attack finds by rows that others made of the same real rows.</summary>
    public IReadOnlyList<MembershipYardstick> Yardsticks { get; init; } = [];

    /// <summary>Which of the figures the verdict may count; null where that was not found out.</summary>
    internal BeyondChance? BeyondChance { get; init; }
}
