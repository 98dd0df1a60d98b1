using Microsoft.ML.Diffusion.Models.Encoders;

namespace Microsoft.ML.Diffusion.Models.Prediction;

/// <summary>The mean of every number and the frequency of every category.</summary>
internal static class SlotMeans
{
    /// <summary>Means and frequencies of the observed cells.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="observed">Receives how many cells of each encoded column are observed.</param>
    /// <returns>[slots]; of a column without observed cells 0, or equal shares.</returns>
    public static float[] Of(EncodedRows rows, Span<int> observed)
    {
        IReadOnlyList<EncodedColumn> columns = rows.Columns;
        double[] sums = new double[rows.Encoder.SlotCount];
        observed.Clear();
        for (int row = 0; row < rows.RowCount; row++)
        {
            ReadOnlySpan<float> cells = rows.Row(row);
            for (int i = 0; i < cells.Length; i++)
            {
                if (float.IsNaN(cells[i]))
                    continue;
                EncodedColumn column = columns[i];
                observed[i]++;
                if (column.Scaler is null)
                    sums[column.FirstSlot + (int)cells[i]]++;
                else
                    sums[column.FirstSlot] += cells[i];
            }
        }
        float[] means = new float[sums.Length];
        for (int i = 0; i < columns.Count; i++)
        {
            EncodedColumn column = columns[i];
            for (int slot = column.FirstSlot; slot < column.FirstSlot + column.SlotCount; slot++)
                means[slot] = observed[i] > 0 ? (float)(sums[slot] / observed[i]) : column.Scaler is null ? 1f / column.SlotCount : 0;
        }
        return means;
    }

    /// <summary>Writes the slots of a row: known cells as they are, the means for unknown ones.</summary>
    /// <param name="encoder">The columns.</param>
    /// <param name="row">Encoded cells.</param>
    /// <param name="means">[slots].</param>
    /// <param name="slots">Receives the row's slots.</param>
    public static void WriteRow(TableEncoder encoder, ReadOnlySpan<float> row, ReadOnlySpan<float> means, Span<float> slots)
    {
        means.CopyTo(slots);
        for (int i = 0; i < row.Length; i++)
        {
            EncodedColumn column = encoder.Encoded[i];
            if (float.IsNaN(row[i]))
                continue;
            if (column.Scaler is null)
                slots.Slice(column.FirstSlot, column.SlotCount).Clear();
            slots[column.FirstSlot + (column.Scaler is null ? (int)row[i] : 0)] = column.Scaler is null ? 1 : row[i];
        }
    }
}
