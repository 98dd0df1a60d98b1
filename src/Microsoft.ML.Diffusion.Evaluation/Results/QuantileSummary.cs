namespace Microsoft.ML.Diffusion.Evaluation.Results;

/// <summary>A set of numbers in a few figures; quantiles are interpolated linearly.</summary>
/// <param name="Mean">Mean.</param>
/// <param name="Minimum">Smallest.</param>
/// <param name="Quantile05">One in twenty is below.</param>
/// <param name="Quantile25">One in four is below.</param>
/// <param name="Median">Half are below.</param>
/// <param name="Quantile75">Three in four are below.</param>
/// <param name="Quantile95">Nineteen in twenty are below.</param>
/// <param name="Maximum">Largest.</param>
public sealed record QuantileSummary(
    double Mean, double Minimum, double Quantile05, double Quantile25, double Median, double Quantile75, double Quantile95, double Maximum);
