namespace Microsoft.ML.Diffusion.Tool.Description;

/// <summary>A set of columns that are missing together while no other is.</summary>
/// <param name="Columns">The columns, 0-based; none where no cell is missing.</param>
/// <param name="Count">In how many rows.</param>
internal readonly record struct MissingPattern(IReadOnlyList<int> Columns, long Count);
