using Microsoft.ML.Diffusion.Evaluation.Fidelity;

namespace Microsoft.ML.Diffusion.Evaluation.Results;

/// <summary>How much synthetic rows resemble the real ones.</summary>
/// <param name="Scores">The figures of the synthetic rows.</param>
/// <param name="Yardsticks">The same figures of other rows: one half of the real rows against the other, SMOTE.</param>
/// <param name="Shapes">Every column's shape score and coverage.</param>
/// <param name="Pairs">Every pair's trend score.</param>
/// <param name="DimensionProbabilities">Every column of two values: how often each of them has the rarer one (MedDiff, figure 3).</param>
public sealed record FidelityResult(
    FidelityScores Scores,
    IReadOnlyList<FidelityScores> Yardsticks,
    IReadOnlyList<ColumnShape> Shapes,
    PairTrends Pairs,
    IReadOnlyList<DimensionProbability> DimensionProbabilities);
