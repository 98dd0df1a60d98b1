namespace Microsoft.ML.Diffusion.Tables;

/// <summary>Gives the cells of the current row of a table: numbers and category codes, NaN for what is missing.</summary>
internal delegate ReadOnlySpan<double> RowCells();
