namespace Microsoft.ML.Diffusion.Evaluation.SeriesImputation;

/// <summary>How far a simple method is from the truth on the cells that are judged, filled from the same series with holes.</summary>
/// <param name="Name">The method: mean (of the variable), forward (the last observed value) or linear (the straight line in time).</param>
/// <param name="MeanAbsoluteError">In standard deviations of each variable.</param>
/// <param name="RootMeanSquaredError">Likewise.</param>
public sealed record ImputedSeriesBaseline(string Name, double MeanAbsoluteError, double RootMeanSquaredError);
