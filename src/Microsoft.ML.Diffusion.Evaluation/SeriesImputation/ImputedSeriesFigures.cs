namespace Microsoft.ML.Diffusion.Evaluation.SeriesImputation;

/// <summary>How well some hidden cells of series were filled in. Errors are in standard deviations of each variable's true values; NaN is
/// not defined.</summary>
/// <param name="HiddenCells">Cells that are missing in the series with holes and have a true value.</param>
/// <param name="FilledCells">Those that every filled view has a value for; only they are judged.</param>
/// <param name="MeanAbsoluteError">Of the filled-in value, or of the mean of the draws.</param>
/// <param name="RootMeanSquaredError">Likewise.</param>
/// <param name="IntervalCoverage">The share of true values that lie within their interval, 0 to 1.</param>
/// <param name="IntervalWidth">The mean width of the intervals.</param>
/// <param name="Crps">Continuous ranked probability score of the draws; NaN for fewer than two.</param>
/// <param name="Baselines">What simple methods reach on the same cells.</param>
public sealed record ImputedSeriesFigures(
    long HiddenCells,
    long FilledCells,
    double MeanAbsoluteError,
    double RootMeanSquaredError,
    double IntervalCoverage,
    double IntervalWidth,
    double Crps,
    IReadOnlyList<ImputedSeriesBaseline> Baselines);
