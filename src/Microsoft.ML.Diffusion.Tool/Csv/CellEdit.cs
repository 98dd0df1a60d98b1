namespace Microsoft.ML.Diffusion.Tool.Csv;

/// <summary>A cell and the bytes that take its place, as they shall stand in the file.</summary>
/// <param name="Row">Row, counted from 0 after the header.</param>
/// <param name="Column">Column, counted from 0.</param>
/// <param name="Raw">UTF-8, quoted where need be.</param>
internal readonly record struct CellEdit(int Row, int Column, ReadOnlyMemory<byte> Raw);
