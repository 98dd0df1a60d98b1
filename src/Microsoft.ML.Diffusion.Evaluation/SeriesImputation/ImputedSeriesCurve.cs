namespace Microsoft.ML.Diffusion.Evaluation.SeriesImputation;

/// <summary>One variable of one series, or of a part of a long one, to be drawn. The lists are as long as there are steps; NaN is no
/// value.</summary>
/// <param name="Series">The name of the series; empty where there is one.</param>
/// <param name="Variable">The name of the variable.</param>
/// <param name="MeanAbsoluteError">Of its judged cells here, in standard deviations of the variable.</param>
/// <param name="Times">The times, ascending; dates in hours.</param>
/// <param name="Observed">The values that were there to fill from.</param>
/// <param name="Filled">What was filled in: the best guess, or the mean of the draws.</param>
/// <param name="Lower">The lower end of its interval.</param>
/// <param name="Upper">The upper end.</param>
/// <param name="Hidden">The true values of hidden cells.</param>
public sealed record ImputedSeriesCurve(
    string Series,
    string Variable,
    double MeanAbsoluteError,
    IReadOnlyList<double> Times,
    IReadOnlyList<double> Observed,
    IReadOnlyList<double> Filled,
    IReadOnlyList<double> Lower,
    IReadOnlyList<double> Upper,
    IReadOnlyList<double> Hidden);
