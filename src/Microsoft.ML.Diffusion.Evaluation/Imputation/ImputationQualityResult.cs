namespace Microsoft.ML.Diffusion.Evaluation.Imputation;

/// <summary>How well an imputer fills in cells whose true values are known.</summary>
/// <param name="Name">The imputer.</param>
/// <param name="RootMeanSquaredError">Of all hidden numbers together, each column scaled by the minimum and maximum of its true values; NaN
/// where there are none.</param>
/// <param name="Accuracy">Share of all hidden categories that were guessed, 0 to 1; NaN where there are none.</param>
/// <param name="GuessDistance">Mean of <see cref="ImputedColumnQuality.GuessDistance"/> over columns.</param>
/// <param name="DrawDistance">Mean of <see cref="ImputedColumnQuality.DrawDistance"/> over columns.</param>
/// <param name="NominalCoverage">The share of intervals that were meant to hold the true number.</param>
/// <param name="IntervalCoverage">The share that did, of all hidden numbers.</param>
/// <param name="Columns">Every column with a hidden cell.</param>
public sealed record ImputationQualityResult(
    string Name,
    double RootMeanSquaredError,
    double Accuracy,
    double GuessDistance,
    double DrawDistance,
    double NominalCoverage,
    double IntervalCoverage,
    IReadOnlyList<ImputedColumnQuality> Columns);
