using Microsoft.ML.Diffusion.Models.Encoders;

namespace Microsoft.ML.Diffusion.Models.Methods.Csdi;

/// <summary>A row as the slots that a <see cref="CsdiDenoiser"/> attends between, each of one number: a scaled number is one slot, 0 when
/// missing; a categorical column is a one-hot.</summary>
/// <remarks>
/// CSDI-T's one-hot has -1 and 1, and 0 in every slot where the category is missing (Zheng and Charoenphakdee 2022, section 3).
/// MissDiff's has 0 and 1, and one more slot for missing (Ouyang et al. 2023, section 5).
/// </remarks>
internal sealed class CsdiSlots
{
    private readonly EncodedColumn[] _columns;
    private readonly int[] _starts;
    private readonly bool _hasMissingSlot;

    public CsdiSlots(IReadOnlyList<EncodedColumn> columns, bool isConditional)
    {
        _columns = [.. columns];
        _hasMissingSlot = !isConditional;
        _starts = new int[_columns.Length];
        for (int i = 0; i < _columns.Length; i++)
        {
            _starts[i] = Count;
            Count += AllOf(_columns[i]);
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
            Span<float> own = values.Slice(_starts[i], AllOf(_columns[i]));
            observed.Slice(_starts[i], own.Length).Fill(isObserved ? 1 : 0);
            if (_columns[i].Scaler is not null)
            {
                own[0] = isObserved ? cell : 0;
            }
            else if (isObserved)
            {
                own.Fill(_hasMissingSlot ? 0 : -1);
                own[(int)cell] = 1;
            }
            else if (_hasMissingSlot)
            {
                own[^1] = 1;
            }
        }
    }

    private int AllOf(EncodedColumn column) => column.SlotCount + (column.Scaler is null && _hasMissingSlot ? 1 : 0);
}
