using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Prediction;

namespace Microsoft.ML.Diffusion.Models.Generation;

/// <summary>Reads a row from slots that a diffusion of numbers and one-hots ended in.</summary>
internal static class MadeCells
{
    /// <summary>Completes a row: a category is the largest of its slots, a number the nearest whole value where its column has
    /// few.</summary>
    /// <param name="encoder">The columns.</param>
    /// <param name="whole">Columns of a few whole numbers.</param>
    /// <param name="slots">The slots.</param>
    /// <param name="cells">Buffer, one for each encoded column.</param>
    /// <param name="row">The row; missing cells are completed.</param>
    public static void Read(TableEncoder encoder, WholeValues whole, ReadOnlySpan<float> slots, Span<float> cells, Span<double> row)
    {
        for (int i = 0; i < cells.Length; i++)
        {
            EncodedColumn column = encoder.Encoded[i];
            ReadOnlySpan<float> own = slots.Slice(column.FirstSlot, column.SlotCount);
            cells[i] = column.Scaler is null ? CategoryChoice.Largest(own) : own[0];
            if (double.IsNaN(row[column.Source]) && column.Scaler is { } scaler)
                row[column.Source] = whole.Nearest(column.Source, scaler.Unscale(own[0]));
        }
        encoder.Complete(row, cells, row);
    }
}
