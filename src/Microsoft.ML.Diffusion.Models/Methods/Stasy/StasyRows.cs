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

    /// <summary>Brings numbers back to 0 to 1.</summary>
    /// <param name="encoder">The columns.</param>
    /// <param name="states">A row.</param>
    /// <param name="slots">Receives the value of every slot.</param>
    public static void Read(TableEncoder encoder, ReadOnlySpan<double> states, Span<float> slots)
    {
        for (int i = 0; i < slots.Length; i++)
            slots[i] = (float)states[i];
        foreach (EncodedColumn column in encoder.Encoded)
        {
            if (column.Scaler is not null)
                slots[column.FirstSlot] = (float)((states[column.FirstSlot] + 1) / 2);
        }
    }
}
