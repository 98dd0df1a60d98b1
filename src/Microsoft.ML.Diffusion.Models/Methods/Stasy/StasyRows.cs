using Microsoft.ML.Diffusion.Models.Encoders;

namespace Microsoft.ML.Diffusion.Models.Methods.Stasy;

/// <summary>Rows as STaSy sees them: a number from -1 at its least to 1 at its largest, a category as a one-hot, 0 where nothing is
/// known.</summary>
internal static class StasyRows
{
    /// <summary>Lays out a row.</summary>
    /// <param name="encoder">The columns, numbers scaled from 0 to 1.</param>
    /// <param name="cells">Encoded cells, NaN where unknown.</param>
    /// <param name="slots">Receives the value of every slot.</param>
    /// <param name="known">Receives whether the slot belongs to a known cell.</param>
    public static void Write(TableEncoder encoder, ReadOnlySpan<float> cells, Span<float> slots, Span<bool> known)
    {
        encoder.WriteKnown(cells, slots);
        for (int i = 0; i < cells.Length; i++)
        {
            EncodedColumn column = encoder.Encoded[i];
            bool isKnown = !float.IsNaN(cells[i]);
            known.Slice(column.FirstSlot, column.SlotCount).Fill(isKnown);
            if (isKnown && column.Scaler is not null)
                slots[column.FirstSlot] = (2 * cells[i]) - 1;
        }
    }

    /// <summary>Reads the unknown cells of a row from its slots.</summary>
    /// <param name="encoder">The columns.</param>
    /// <param name="whole">Columns of a few whole numbers.</param>
    /// <param name="slots">The slots.</param>
    /// <param name="cells">Buffer, one for each encoded column.</param>
    /// <param name="row">The row, which is completed.</param>
    public static void Read(TableEncoder encoder, WholeValues whole, ReadOnlySpan<double> slots, Span<float> cells, Span<double> row)
    {
        for (int i = 0; i < cells.Length; i++)
        {
            EncodedColumn column = encoder.Encoded[i];
            if (column.Scaler is { } scaler)
            {
                cells[i] = (float)((slots[column.FirstSlot] + 1) / 2);
                if (double.IsNaN(row[column.Source]))
                    row[column.Source] = whole.Nearest(column.Source, scaler.Unscale(cells[i]));
                continue;
            }
            int largest = 0;
            for (int k = 1; k < column.SlotCount; k++)
                largest = slots[column.FirstSlot + k] > slots[column.FirstSlot + largest] ? k : largest;
            cells[i] = largest;
        }
        encoder.Complete(row, cells, row);
    }
}
