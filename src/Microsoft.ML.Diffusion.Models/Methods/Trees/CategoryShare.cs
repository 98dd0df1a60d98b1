namespace Microsoft.ML.Diffusion.Models.Methods.Trees;

/// <summary>The share of one category among the rows of a leaf.</summary>
internal readonly record struct CategoryShare(int Category, float Share);
