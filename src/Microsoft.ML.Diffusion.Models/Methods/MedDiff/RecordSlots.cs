using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Prediction;

namespace Microsoft.ML.Diffusion.Models.Methods.MedDiff;

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

    /// <summary>Whether each of the numbers of a row can be -1 and 1 only.</summary>
    public bool[] AreSigns()
    {
        bool[] signs = new bool[_columns.Sum(column => column.SlotCount)];
        for (int i = 0; i < _columns.Length; i++)
            signs.AsSpan(_columns[i].FirstSlot, _columns[i].SlotCount).Fill(_columns[i].Scaler is null || _pairs[i] is not null);
        return signs;
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
    /// <param name="cuts">Of a column of two values, above which <see cref="Score"/> it has the second.</param>
    /// <param name="cells">Receives the encoded cells.</param>
    public void Read(ReadOnlySpan<float> slots, ReadOnlySpan<float> cuts, Span<float> cells)
    {
        for (int i = 0; i < _columns.Length; i++)
        {
            ReadOnlySpan<float> own = slots.Slice(_columns[i].FirstSlot, _columns[i].SlotCount);
            if (_pairs[i] is var (low, high))
                cells[i] = own[0] > cuts[i] ? high : low;
            else if (HasTwoValues(i))
                cells[i] = Score(slots, i) > cuts[i] ? 1 : 0;
            else
                cells[i] = _columns[i].Scaler is not null ? own[0] : CategoryChoice.Largest(own);
        }
    }

    /// <summary>Whether a column is a number of two whole values or a category of two.</summary>
    public bool HasTwoValues(int column) => _pairs[column] is not null || _columns[column].Categories == 2;

    /// <summary>How much more the numbers of a row look like the second value of a column than like the first.</summary>
    public float Score(ReadOnlySpan<float> slots, int column)
    {
        ReadOnlySpan<float> own = slots.Slice(_columns[column].FirstSlot, _columns[column].SlotCount);
        return own.Length == 1 ? own[0] : own[1] - own[0];
    }

    private static void OneHot(Span<float> slots, int category)
    {
        slots.Fill(-1);
        slots[category] = 1;
    }
}
