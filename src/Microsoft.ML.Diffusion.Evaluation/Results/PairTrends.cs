namespace Microsoft.ML.Diffusion.Evaluation.Results;

/// <summary>How much pairs of columns go together as in the real table. Both matrices are symmetric, in the order of <see
/// cref="Columns"/>.</summary>
/// <param name="Columns">The columns' names.</param>
/// <param name="Scores">1 is best and stands on the diagonal. Two numbers: correlation similarity, 1 - |r_real - r_synthetic| / 2. Any
/// other
/// pair: contingency similarity, 1 minus the total variation distance of the joint distribution, numbers in ten bins (deciles of each
/// table's
/// range). NaN where a column is constant.</param>
/// <param name="RealAssociations">Two numbers: the absolute correlation in the real table. Any other pair: Cramér's V, numbers
/// binned.</param>
/// <param name="CorrelationThreshold">Two numbers count as associated above it.</param>
/// <param name="AssociationThreshold">Any other pair counts as associated above it.</param>
public sealed record PairTrends(
    IReadOnlyList<string> Columns,
    IReadOnlyList<IReadOnlyList<double>> Scores,
    IReadOnlyList<IReadOnlyList<double>> RealAssociations,
    double CorrelationThreshold,
    double AssociationThreshold);
