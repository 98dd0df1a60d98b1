namespace Microsoft.ML.Diffusion.Evaluation.SeriesImputation;

/// <summary>What was filled into a cell.</summary>
/// <param name="Guess">The value, or the mean of the draws; NaN where one is missing.</param>
/// <param name="Lower">The lower end of its interval; NaN where there is none.</param>
/// <param name="Upper">The upper end.</param>
/// <param name="Draws">The draws, ascending; null where there is one value.</param>
internal readonly record struct FilledCell(double Guess, double Lower, double Upper, double[]? Draws);
