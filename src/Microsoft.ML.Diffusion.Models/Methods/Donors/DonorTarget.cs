using Microsoft.ML.Diffusion.Models.Encoders;

namespace Microsoft.ML.Diffusion.Models.Methods.Donors;

/// <summary>What the trees of one column are grown from, but for the values of their inputs.</summary>
/// <param name="Rows">The rows that know the column.</param>
/// <param name="Inputs">The slots that the trees look at.</param>
/// <param name="Categories">Of the column; 0 for a number.</param>
/// <param name="Targets">Of every row the scaled number or the category.</param>
/// <param name="Donors">Of every row the place of its number among the observed ones, or the category.</param>
internal sealed record DonorTarget(int[] Rows, int[] Inputs, int Categories, float[] Targets, ushort[] Donors)
{
    /// <summary>Nodes of its trees with fewer rows are leaves.</summary>
    public int SmallestSplit { get; init; } = DonorLeaves.UsualSplit;

    // Of fewer rows there are too few to draw from.
    private const int FewestRows = 10;

    /// <returns>Null where hardly any row knows the column.</returns>
    public static DonorTarget? Of(int column, EncodedRows table, ObservedNumbers numbers)
    {
        EncodedColumn own = table.Columns[column];
        int[] rows = [.. Enumerable.Range(0, table.RowCount).Where(row => !float.IsNaN(table.Row(row)[column]))];
        int[] inputs = InputsOf(column, table.Encoder);
        if (rows.Length < FewestRows || inputs.Length == 0)
            return null;
        float[] targets = Array.ConvertAll(rows, row => table.Row(row)[column]);
        ushort[] donors = Array.ConvertAll(
            targets, target => own.Scaler is null ? (ushort)target : (ushort)numbers.Nearest(column, target));
        return new DonorTarget(rows, inputs, own.Categories, targets, donors);
    }

    /// <summary>The slots of the other columns. What is computed from a column is drawn after it, from it.</summary>
    internal static int[] InputsOf(int column, TableEncoder encoder)
    {
        EncodedColumn own = encoder.Encoded[column];
        IEnumerable<int> others = Enumerable.Range(0, encoder.SlotCount).Where(slot =>
            slot < own.FirstSlot || slot >= own.FirstSlot + own.SlotCount);
        bool isComputed = encoder.Columns[own.Source].Sources.Count > 0;
        return [.. isComputed ? others : ComputedCells.Of(encoder)?.Unrelated(encoder, column, others) ?? others];
    }
}
