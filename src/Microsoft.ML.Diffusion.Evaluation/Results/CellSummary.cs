namespace Microsoft.ML.Diffusion.Evaluation.Results;

/// <summary>A column of one table in a few figures. The numbers are NaN for categories.</summary>
/// <param name="MissingShare">Share of the cells that are missing.</param>
/// <param name="Mean">Mean.</param>
/// <param name="StandardDeviation">Standard deviation, with n - 1 in the denominator.</param>
/// <param name="Minimum">Smallest value.</param>
/// <param name="Median">Median.</param>
/// <param name="Maximum">Largest value.</param>
/// <param name="Distinct">How many different values.</param>
public sealed record CellSummary(
    double MissingShare, double Mean, double StandardDeviation, double Minimum, double Median, double Maximum, int Distinct);
