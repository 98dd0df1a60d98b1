namespace Microsoft.ML.Diffusion.Series.Calibration;

/// <summary>How far a cell that was held back lay from what was predicted.</summary>
/// <param name="Variable">Its variable.</param>
/// <param name="Gap">The length of the gap that it is in, see <see cref="ObservedNeighbors.GapLength"/>.</param>
/// <param name="Value">The difference to the prediction, in predicted deviations.</param>
internal readonly record struct HeldBackScore(int Variable, double Gap, double Value);
