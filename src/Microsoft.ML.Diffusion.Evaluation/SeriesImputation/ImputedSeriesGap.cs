namespace Microsoft.ML.Diffusion.Evaluation.SeriesImputation;

/// <summary>How well hidden cells in gaps of some length were filled in. A gap is as long as the time between the observed values of its
/// variable before and after; at an end of the series a cell is as far as it is from the nearest observed one.</summary>
/// <param name="MoreThan">Gaps are longer than this, in units of the order column; dates count in hours.</param>
/// <param name="UpTo">And not longer than this; infinite where nothing of the variable was observed in the series.</param>
/// <param name="Figures">The figures.</param>
public sealed record ImputedSeriesGap(double MoreThan, double UpTo, ImputedSeriesFigures Figures);
