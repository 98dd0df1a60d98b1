using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Donors;

/// <summary>Draws unknown cells from the training rows that are like the row: one cell after another given all others, again and again
/// (Gibbs sampling), each from the leaf of a tree of its column. It is how multiple imputation by chained equations draws (Doove, van
/// Buuren and Dusseldorp 2014), so that every value is one that was observed.</summary>
internal sealed class DonorDraws
{
    private const int Sweeps = 3;

    private readonly TableEncoder _encoder;
    private readonly ObservedNumbers _numbers;
    private readonly DonorColumn?[] _columns;

    /// <param name="encoder">The columns.</param>
    /// <param name="numbers">The numbers among which is drawn.</param>
    /// <param name="columns">One a column; null for columns whose cells stay as they are.</param>
    public DonorDraws(TableEncoder encoder, ObservedNumbers numbers, DonorColumn?[] columns) =>
        (_encoder, _numbers, _columns) = (encoder, numbers, columns);

    /// <summary>Draws the unknown cells of one row anew.</summary>
    /// <param name="cells">The row, whole: what the unknown cells begin with is some joint draw. Receives the new draw.</param>
    /// <param name="isUnknown">Of every cell whether it is drawn.</param>
    /// <param name="shares">Cells of columns whose share is not above the turn stay as they are.</param>
    /// <param name="turn">Of the draw, in [0, 1): <see cref="DonorShares.Turn"/>.</param>
    /// <param name="slots">Room for the row's slots.</param>
    /// <param name="random">The random numbers.</param>
    public void Draw(
        Span<float> cells, ReadOnlySpan<bool> isUnknown, DonorShares shares, double turn, Span<float> slots, Philox random)
    {
        slots.Clear();
        for (int i = 0; i < cells.Length; i++)
            Put(slots, _encoder.Encoded[i], cells[i]);
        ulong next = 0;
        for (int sweep = 0; sweep < Sweeps; sweep++)
        {
            for (int i = 0; i < cells.Length; i++)
            {
                if (!isUnknown[i] || turn >= shares[i] || _columns[i] is not { } donors)
                    continue;
                ushort drawn = donors.Draw(slots, random.Uniform(next), random.Uniform(next + 1));
                next += 2;
                cells[i] = Cell(i, drawn, _encoder, _numbers);
                Replace(slots, _encoder.Encoded[i], cells[i]);
            }
        }
    }

    /// <summary>The encoded cell for a donor's value.</summary>
    internal static float Cell(int column, ushort donor, TableEncoder encoder, ObservedNumbers numbers) =>
        encoder.Encoded[column].Scaler is null ? donor : numbers.Scaled(column)[donor];

    /// <summary>Writes another cell into the slots of its column.</summary>
    internal static void Replace(Span<float> slots, EncodedColumn column, float cell)
    {
        slots.Slice(column.FirstSlot, column.SlotCount).Clear();
        Put(slots, column, cell);
    }

    /// <summary>Writes one cell into the slots of its column, which are 0.</summary>
    internal static void Put(Span<float> slots, EncodedColumn column, float cell)
    {
        if (column.Scaler is null)
            slots[column.FirstSlot + (int)cell] = 1;
        else
            slots[column.FirstSlot] = cell;
    }

    public void Save(BinaryWriter writer)
    {
        foreach (DonorColumn? column in _columns)
        {
            writer.Write(column is not null);
            column?.Save(writer);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static DonorDraws Load(BinaryReader reader, TableEncoder encoder, ObservedNumbers numbers)
    {
        var columns = new DonorColumn?[encoder.Encoded.Count];
        for (int i = 0; i < columns.Length; i++)
        {
            int values = DonorColumn.ValuesOf(i, encoder, numbers);
            columns[i] = reader.ReadBoolean() ? DonorColumn.Load(reader, encoder.SlotCount, values) : null;
        }
        return new DonorDraws(encoder, numbers, columns);
    }
}
