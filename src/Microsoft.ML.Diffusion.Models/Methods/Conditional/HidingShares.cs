using Microsoft.ML.Diffusion.Models.Encoders;

namespace Microsoft.ML.Diffusion.Models.Methods.Conditional;

/// <summary>How often the cells of each column are hidden in training and for validation: more often where more are missing, so that
/// what is
/// practised is what will be asked.</summary>
internal static class HidingShares
{
    // Of a column in which nothing is missing yet: new rows may still lack it.
    private const float Least = 0.25f;

    /// <summary>A factor for each column, 1 on average.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="onlyMissing">Whether columns in which nothing is missing are never hidden: their factor is 0.</param>
    public static float[] Of(EncodedRows rows, bool onlyMissing = false)
    {
        float[] shares = new float[rows.Width];
        for (int row = 0; row < rows.RowCount; row++)
        {
            ReadOnlySpan<float> cells = rows.Row(row);
            for (int i = 0; i < cells.Length; i++)
                shares[i] += float.IsNaN(cells[i]) ? 1 : 0;
        }
        float mean = shares.Average();
        for (int i = 0; i < shares.Length; i++)
        {
            bool isNever = onlyMissing && shares[i] == 0 && mean > 0;
            shares[i] = isNever ? 0 : mean == 0 ? 1 : Least + (1 - Least) * shares[i] / mean;
        }
        return shares;
    }
}
