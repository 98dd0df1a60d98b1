namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>
/// Rows in groups of 64, whatever the number of threads: a sum down the columns is one partial sum a group, then the sum of
/// those in order, so its bits do not depend on who did which group.
/// </summary>
internal static class RowChunks
{
    internal const int Size = 64;

    internal static int Count(int rows) => (rows + Size - 1) / Size;

    internal static int Start(int chunk) => chunk * Size;

    internal static int Length(int chunk, int rows) => Math.Min(Size, rows - (chunk * Size));
}
