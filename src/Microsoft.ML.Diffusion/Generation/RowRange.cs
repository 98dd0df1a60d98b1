namespace Microsoft.ML.Diffusion;

/// <summary>Some rows in a run among all that are made.</summary>
/// <param name="First">The number of the first one.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Total">How many are made in all parts together.</param>
/// <param name="IsFirst">Whether they are those of the first part.</param>
internal readonly record struct RowRange(long First, long Count, long Total, bool IsFirst)
{
    /// <summary>The rows of a part; parts differ by one row at most.</summary>
    /// <param name="total">How many rows all parts have together.</param>
    /// <param name="part">0 to <paramref name="parts"/> - 1.</param>
    /// <param name="parts">How many parts there are.</param>
    public static RowRange Of(long total, int part, int parts)
    {
        long first = Bound(part), end = Bound(part + 1);
        return new RowRange(first, end - first, total, part == 0);

        long Bound(int before) => (long)((Int128)total * before / parts);
    }
}
