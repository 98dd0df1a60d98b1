namespace Microsoft.ML.Diffusion.Series.Data;

/// <summary>Series of the same variables.</summary>
/// <param name="Variables">The number of variables.</param>
/// <param name="Items">The series.</param>
internal sealed record SeriesTable(int Variables, IReadOnlyList<Series> Items)
{
    /// <summary>How many numbers hold for a whole series.</summary>
    public int Statics { get; init; }

    /// <summary>The words for 0 and 1 where all variables are of the same two; otherwise none.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];
}
