namespace Microsoft.ML.Diffusion.Evaluation.Results;

/// <summary>How strongly columns go together (TabDDPM, figure 8): Pearson's correlation of two numbers (-1 to 1), the correlation ratio
/// of a
/// number and a category (0 to 1), Cramér's V of two categories (0 to 1). Symmetric matrices in the order of <see
/// cref="Columns"/>.</summary>
/// <param name="Columns">The columns' names.</param>
/// <param name="Real">Of the real rows; NaN where a column is constant.</param>
/// <param name="Synthetic">Of the synthetic rows.</param>
/// <param name="AbsoluteDifference">|real - synthetic|; 0 is best.</param>
/// <param name="MeanAbsoluteDifference">Over all pairs for which it is defined.</param>
public sealed record CorrelationComparison(
    IReadOnlyList<string> Columns,
    IReadOnlyList<IReadOnlyList<double>> Real,
    IReadOnlyList<IReadOnlyList<double>> Synthetic,
    IReadOnlyList<IReadOnlyList<double>> AbsoluteDifference,
    double MeanAbsoluteDifference);
