namespace Microsoft.ML.Diffusion.Models.Methods.Trees;

/// <summary>What a <see cref="TreeTrial"/> chose for the trees of a column.</summary>
/// <param name="SmallestSplit"><see cref="TreeSettings.SmallestSplit"/>.</param>
/// <param name="Tried"><see cref="TreeSettings.Tried"/>.</param>
internal sealed record TreeChoice(int SmallestSplit, double Tried);
