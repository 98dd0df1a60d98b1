namespace Microsoft.ML.Diffusion.Models;

/// <summary>MissDiff's layout of a row (Ouyang et al. 2023, section 5): a number is one slot, 0 when missing; a categorical
/// column is a one-hot with one more slot for missing.</summary>
internal sealed class MissDiffSlots
{
    private readonly EncodedColumn[] _columns;
    private readonly int[] _starts;

    public MissDiffSlots(IReadOnlyList<EncodedColumn> columns)
    {
        _columns = [.. columns];
        _starts = new int[_columns.Length];
        for (int i = 0; i < _columns.Length; i++)
        {
            _starts[i] = Count;
            Count += _columns[i].Scaler is null ? _columns[i].Categories + 1 : 1;
        }
    }

    /// <summary>The number of columns.</summary>
    public int ColumnCount => _columns.Length;

    /// <summary>The number of slots.</summary>
    public int Count { get; private set; }

    /// <summary>The slots of column <paramref name="i"/>, the one for missing left out.</summary>
    public Range Of(int i) => _starts[i]..(_starts[i] + _columns[i].SlotCount);

    /// <summary>Lays out a row.</summary>
    /// <param name="cells">Encoded cells, NaN where missing.</param>
    /// <param name="values">Receives the value of every slot.</param>
    /// <param name="observed">Receives 1 for the slots of an observed cell, 0 for the others.</param>
    public void Write(ReadOnlySpan<float> cells, Span<float> values, Span<float> observed)
    {
        values.Clear();
        for (int i = 0; i < _columns.Length; i++)
        {
            float cell = cells[i];
            bool isObserved = !float.IsNaN(cell);
            bool isCategory = _columns[i].Scaler is null;
            observed.Slice(_starts[i], isCategory ? _columns[i].Categories + 1 : 1).Fill(isObserved ? 1 : 0);
            if (isCategory)
                values[_starts[i] + (isObserved ? (int)cell : _columns[i].Categories)] = 1;
            else
                values[_starts[i]] = isObserved ? cell : 0;
        }
    }
}
