namespace Microsoft.ML.Diffusion.Evaluation.SeriesImputation;

/// <summary>How well the hidden cells of one variable were filled in.</summary>
/// <param name="Variable">The name of its column.</param>
/// <param name="StandardDeviation">Of its true values, in its own unit; errors times this are in the unit.</param>
/// <param name="Figures">The figures.</param>
public sealed record ImputedSeriesVariable(string Variable, double StandardDeviation, ImputedSeriesFigures Figures);
