namespace Microsoft.ML.Diffusion.Models.Methods.Conditional;

/// <summary>One of <see cref="HeldBackCells"/>.</summary>
/// <param name="Row">The number of its row among those that something is held back of.</param>
/// <param name="Column">Its encoded column.</param>
/// <param name="Truth">The scaled number or the number of the category.</param>
internal readonly record struct HeldBackCell(int Row, int Column, float Truth);
