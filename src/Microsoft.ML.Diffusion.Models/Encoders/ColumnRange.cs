namespace Microsoft.ML.Diffusion.Models.Encoders;

/// <summary>The smallest and largest observed cell of an encoded column.</summary>
/// <param name="Minimum">Positive infinity where nothing was observed.</param>
/// <param name="Maximum">Negative infinity where nothing was observed.</param>
internal readonly record struct ColumnRange(float Minimum, float Maximum)
{
    /// <summary>How far the two are apart, to divide by: never 0.</summary>
    public float Width => Math.Max(Maximum - Minimum, 1e-6f);

    /// <summary>The range of every column of encoded rows.</summary>
    /// <param name="rows">The rows.</param>
    public static ColumnRange[] OfAll(EncodedRows rows)
    {
        ColumnRange[] ranges = new ColumnRange[rows.Width];
        Array.Fill(ranges, new ColumnRange(float.PositiveInfinity, float.NegativeInfinity));
        for (int row = 0; row < rows.RowCount; row++)
        {
            ReadOnlySpan<float> cells = rows.Row(row);
            for (int i = 0; i < cells.Length; i++)
            {
                if (!float.IsNaN(cells[i]))
                    ranges[i] = new ColumnRange(Math.Min(ranges[i].Minimum, cells[i]), Math.Max(ranges[i].Maximum, cells[i]));
            }
        }
        return ranges;
    }
}
