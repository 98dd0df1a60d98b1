namespace Microsoft.ML.Diffusion.Tables;

/// <summary>Reads one column of the current row of a view into its cells of a table's row: numbers and category codes, NaN
/// for what is missing.</summary>
/// <param name="cells">As many cells as the column is wide.</param>
internal delegate void CellReader(Span<double> cells);
