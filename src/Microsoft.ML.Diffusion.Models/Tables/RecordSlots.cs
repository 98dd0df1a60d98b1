namespace Microsoft.ML.Diffusion.Models;

/// <summary>Encoded cells as numbers alone, as MedDiff has them: a number of two whole values is -1 or 1, a category a one-hot of -1 and 1,
/// other numbers are as they were scaled.</summary>
internal sealed class RecordSlots
{
    private readonly EncodedColumn[] _columns;

    // Of a column of two values both of them, scaled.
    private readonly (float Low, float High)?[] _pairs;

    public RecordSlots(TableEncoder encoder, WholeValues whole)
    {
        _columns = [.. encoder.Encoded];
        _pairs = new (float, float)?[_columns.Length];
        for (int i = 0; i < _columns.Length; i++)
        {
            ReadOnlySpan<double> values = whole.Of(_columns[i].Source);
            if (_columns[i].Scaler is { } scaler && values.Length == 2)
                _pairs[i] = (scaler.Scale(values[0]), scaler.Scale(values[1]));
        }
    }

    /// <summary>The numbers of a row.</summary>
    /// <param name="cells">Encoded cells.</param>
    /// <param name="slots">Receives the numbers, NaN for those of a missing cell.</param>
    public void Write(ReadOnlySpan<float> cells, Span<float> slots)
    {
        for (int i = 0; i < _columns.Length; i++)
        {
            Span<float> own = slots.Slice(_columns[i].FirstSlot, _columns[i].SlotCount);
            if (float.IsNaN(cells[i]))
                own.Fill(float.NaN);
            else if (_pairs[i] is var (low, high))
                own[0] = Math.Abs(cells[i] - high) < Math.Abs(cells[i] - low) ? 1 : -1;
            else if (_columns[i].Scaler is not null)
                own[0] = cells[i];
            else
                OneHot(own, (int)cells[i]);
        }
    }

    /// <summary>The cells that numbers stand for.</summary>
    /// <param name="slots">One row.</param>
    /// <param name="cells">Receives the encoded cells.</param>
    public void Read(ReadOnlySpan<float> slots, Span<float> cells)
    {
        for (int i = 0; i < _columns.Length; i++)
        {
            ReadOnlySpan<float> own = slots.Slice(_columns[i].FirstSlot, _columns[i].SlotCount);
            if (_pairs[i] is var (low, high))
                cells[i] = own[0] > 0 ? high : low;
            else
                cells[i] = _columns[i].Scaler is not null ? own[0] : CategoryChoice.Largest(own);
        }
    }

    private static void OneHot(Span<float> slots, int category)
    {
        slots.Fill(-1);
        slots[category] = 1;
    }
}
