namespace Microsoft.ML.Diffusion.Tables.Cells;

/// <summary>Told the text of a cell; empty where the cell is missing.</summary>
internal delegate void CellListener(ReadOnlySpan<char> text);
