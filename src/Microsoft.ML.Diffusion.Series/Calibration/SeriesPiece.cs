namespace Microsoft.ML.Diffusion.Series.Calibration;

/// <summary>Some steps of a series of a table.</summary>
/// <param name="Series">Which series.</param>
/// <param name="First">The first step.</param>
/// <param name="Last">The step behind the last one.</param>
/// <param name="Seen">How many of its cells are observed.</param>
internal readonly record struct SeriesPiece(int Series, int First, int Last, int Seen);
