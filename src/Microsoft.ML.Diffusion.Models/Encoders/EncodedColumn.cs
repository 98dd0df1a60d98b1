using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Encoders;

/// <summary>One column that a model learns, as <see cref="TableEncoder"/> lays it out.</summary>
public sealed class EncodedColumn
{
    internal EncodedColumn(int source, int firstSlot, NumericScaler scaler)
    {
        Source = source;
        FirstSlot = firstSlot;
        Scaler = scaler;
        Codes = [];
    }

    internal EncodedColumn(int source, int firstSlot, int[] codes)
    {
        Source = source;
        FirstSlot = firstSlot;
        Codes = codes;
    }

    /// <summary>The column's place in the table.</summary>
    public int Source { get; }

    /// <summary>Whether the column holds numbers or categories.</summary>
    public ColumnKind Kind => Scaler is null ? ColumnKind.Categorical : ColumnKind.Numeric;

    /// <summary>Scaling of a numeric column; null for a categorical one.</summary>
    public NumericScaler? Scaler { get; }

    /// <summary>The number of categories that are learned; 0 for a numeric column.</summary>
    public int Categories => Codes.Length;

    /// <summary>Where the column starts in a row of slots: one slot for a number, one for each category.</summary>
    public int FirstSlot { get; }

    /// <summary>The number of slots.</summary>
    public int SlotCount => Scaler is null ? Codes.Length : 1;

    /// <summary>The table's code of every learned category, ascending.</summary>
    internal int[] Codes { get; }
}
