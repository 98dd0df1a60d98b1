namespace Microsoft.ML.Diffusion.Models.Encoders;

/// <summary>Rows of tokens.</summary>
/// <param name="Tokens">Row after row, one of each column that has tokens; -1 for a cell that holds nothing the model knows.</param>
/// <param name="Places">As many: the share of its token's values that lie below the cell's, 0 to 1; a half where they are all the
/// same.</param>
internal sealed record TokenRows(int[] Tokens, float[] Places);
