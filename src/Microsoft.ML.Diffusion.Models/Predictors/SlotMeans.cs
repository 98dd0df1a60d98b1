namespace Microsoft.ML.Diffusion.Models;

/// <summary>The mean of every number and the frequency of every category.</summary>
internal static class SlotMeans
{
    /// <summary>Means and frequencies of the observed cells.</summary>
    /// <param name="encoder">The columns.</param>
    /// <param name="cells">[rows, encoded columns].</param>
    /// <param name="observed">Receives how many cells of each encoded column are observed.</param>
    /// <returns>[slots]; of a column without observed cells 0, or equal shares.</returns>
    public static float[] Of(TableEncoder encoder, ReadOnlySpan<float> cells, Span<int> observed)
    {
        double[] sums = new double[encoder.SlotCount];
        int width = encoder.Encoded.Count;
        observed.Clear();
        for (int i = 0; i < cells.Length; i++)
        {
            if (float.IsNaN(cells[i]))
                continue;
            EncodedColumn column = encoder.Encoded[i % width];
            observed[i % width]++;
            if (column.Scaler is null)
                sums[column.FirstSlot + (int)cells[i]]++;
            else
                sums[column.FirstSlot] += cells[i];
        }
        float[] means = new float[encoder.SlotCount];
        for (int i = 0; i < width; i++)
        {
            EncodedColumn column = encoder.Encoded[i];
            for (int slot = column.FirstSlot; slot < column.FirstSlot + column.SlotCount; slot++)
                means[slot] = observed[i] > 0 ? (float)(sums[slot] / observed[i]) : column.Scaler is null ? 1f / column.SlotCount : 0;
        }
        return means;
    }
}
