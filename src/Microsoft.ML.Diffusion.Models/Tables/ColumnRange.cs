namespace Microsoft.ML.Diffusion.Models.Tables;

/// <summary>The smallest and largest observed cell of an encoded column.</summary>
/// <param name="Minimum">Positive infinity where nothing was observed.</param>
/// <param name="Maximum">Negative infinity where nothing was observed.</param>
internal readonly record struct ColumnRange(float Minimum, float Maximum)
{
    /// <summary>How far the two are apart, to divide by: never 0.</summary>
    public float Width => Math.Max(Maximum - Minimum, 1e-6f);

    /// <summary>The range of every column of encoded rows.</summary>
    /// <param name="cells">[rows, columns], NaN where missing.</param>
    /// <param name="columns">How many columns.</param>
    public static ColumnRange[] OfAll(ReadOnlySpan<float> cells, int columns)
    {
        ColumnRange[] ranges = new ColumnRange[columns];
        Array.Fill(ranges, new ColumnRange(float.PositiveInfinity, float.NegativeInfinity));
        for (int i = 0; i < cells.Length; i++)
        {
            ref ColumnRange range = ref ranges[i % columns];
            if (!float.IsNaN(cells[i]))
                range = new ColumnRange(Math.Min(range.Minimum, cells[i]), Math.Max(range.Maximum, cells[i]));
        }
        return ranges;
    }
}
