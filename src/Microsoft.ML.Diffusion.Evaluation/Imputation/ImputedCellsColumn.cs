using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Evaluation.Imputation;

/// <summary>How well one column's hidden cells were filled in. The guess of a cell is the mean of its draws, or their most frequent
/// category.
/// What does not apply to a column's kind is NaN.</summary>
/// <param name="Column">The column's name.</param>
/// <param name="Kind">Numbers or categories.</param>
/// <param name="HiddenCells">Cells that are missing in the table with holes and have a true value.</param>
/// <param name="FilledCells">Those that every filled table has a value for.</param>
/// <param name="ScaledRootMeanSquaredError">After scaling by the minimum and maximum of the column's true values.</param>
/// <param name="RootMeanSquaredError">In the column's units.</param>
/// <param name="MeanAbsoluteError">In the column's units.</param>
/// <param name="RankCorrelation">Spearman's, of true and guessed numbers; NaN where either are all equal.</param>
/// <param name="MeanAbsoluteLogError">Mean distance of the natural logarithms of true and guessed numbers, so that 0.1 is a tenth of the
/// number; NaN unless the column's true values are all above 0 and the largest is 100 times the smallest or more, and unless every guess is
/// above 0.</param>
/// <param name="Accuracy">Share of the categories that are right, 0 to 1.</param>
/// <param name="IntervalCoverage">Share of the true numbers within the 5 % and 95 % quantiles of the draws.</param>
/// <param name="Crps">Continuous ranked probability score of the draws, in the column's units.</param>
/// <param name="Densities">Observed and imputed numbers, to be drawn; null for categories.</param>
/// <param name="Categories">Observed and imputed categories, to be drawn, the most frequent first; of numbers each, in order, where there
/// are no more than 12 different ones, all of them whole; else empty.</param>
public sealed record ImputedCellsColumn(
    string Column,
    ColumnKind Kind,
    int HiddenCells,
    int FilledCells,
    double ScaledRootMeanSquaredError,
    double RootMeanSquaredError,
    double MeanAbsoluteError,
    double RankCorrelation,
    double MeanAbsoluteLogError,
    double Accuracy,
    double IntervalCoverage,
    double Crps,
    ImputedDensities? Densities,
    IReadOnlyList<ImputedFrequency> Categories);
