namespace Microsoft.ML.Diffusion.Models.Methods.Conditional;

/// <summary>How often the cells of each column are hidden in training and for validation: more often where more are missing, so that
/// what is
/// practised is what will be asked.</summary>
internal static class HidingShares
{
    // Of a column in which nothing is missing yet: new rows may still lack it.
    private const float Least = 0.25f;

    /// <summary>A factor for each column, 1 on average.</summary>
    /// <param name="cells">[rows, columns], NaN where missing.</param>
    /// <param name="columns">How many columns.</param>
    public static float[] Of(ReadOnlySpan<float> cells, int columns)
    {
        float[] shares = new float[columns];
        for (int i = 0; i < cells.Length; i++)
            shares[i % columns] += float.IsNaN(cells[i]) ? 1 : 0;
        float mean = shares.Average();
        for (int i = 0; i < columns; i++)
            shares[i] = mean == 0 ? 1 : Least + (1 - Least) * shares[i] / mean;
        return shares;
    }
}
