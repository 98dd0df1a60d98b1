namespace Microsoft.ML.Diffusion.Evaluation.Imputation;

/// <summary>How well one column's hidden cells were filled in. What does not apply to a column's kind is NaN.</summary>
/// <param name="Column">The column's name.</param>
/// <param name="Cells">How many cells were hidden and have a true value.</param>
/// <param name="RootMeanSquaredError">Of the best guesses of numbers, in the column's units.</param>
/// <param name="MeanAbsoluteError">Likewise.</param>
/// <param name="Accuracy">Share of the categories that were guessed, 0 to 1.</param>
/// <param name="GuessDistance">Distance of the distribution of the best guesses to that of the true values, 0 to 1: Kolmogorov-Smirnov's
/// for
/// numbers, total variation for categories. Best guesses are too alike by nature.</param>
/// <param name="DrawDistance">The same distance of one draw per cell.</param>
/// <param name="IntervalCoverage">Share of the true numbers within their interval.</param>
/// <param name="IntervalWidth">Mean width of the intervals, in the column's units.</param>
public sealed record ImputedColumnQuality(
    string Column,
    int Cells,
    double RootMeanSquaredError,
    double MeanAbsoluteError,
    double Accuracy,
    double GuessDistance,
    double DrawDistance,
    double IntervalCoverage,
    double IntervalWidth);
