namespace Microsoft.ML.Diffusion.Series.Calibration;

/// <summary>How far a cell that was held back lay from what was predicted.</summary>
/// <param name="Variable">Its variable.</param>
/// <param name="Distance">The distance in time to the nearest observed value of the variable; infinite where there is none.</param>
/// <param name="Value">The difference to the prediction, in predicted deviations.</param>
internal readonly record struct HeldBackScore(int Variable, double Distance, double Value);
