namespace Microsoft.ML.Diffusion.Tool.Csv;

/// <summary>Bytes that are not CSV, with the place where that shows.</summary>
internal sealed class CsvSyntaxException(int offset, string message, bool isUnclosed) : Exception(message)
{
    /// <summary>Bytes from the start of the text.</summary>
    public int Offset { get; } = offset;

    /// <summary>Whether more text could make it CSV.</summary>
    public bool IsUnclosed { get; } = isUnclosed;
}
