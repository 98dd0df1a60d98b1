using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Tables;

/// <summary>A uniform sample of rows of cells that come by one after another, however many will come: every row seen so far is
/// kept with the same probability (Vitter 1985, algorithm R). Its memory grows with the rows kept alone.</summary>
/// <param name="width">Cells of a row.</param>
/// <param name="capacity">How many rows to keep at most; as long as no more come, all are kept.</param>
/// <param name="random">Decides which; a row's draw is a function of its number.</param>
internal sealed class RowReservoir(int width, int capacity, Philox random)
{
    private readonly CompactTable.Builder _rows = new(width);

    // Of the row in every slot.
    private readonly List<long> _numbers = [];

    /// <summary>How many rows came by.</summary>
    public long Seen { get; private set; }

    /// <summary>How many rows are kept.</summary>
    public int Count => _numbers.Count;

    /// <summary>Tells whether the next row is kept, for now.</summary>
    /// <param name="slot">Where to <see cref="Write"/> it.</param>
    /// <param name="drivenOut">Receives the cells of the row that it drives out, or NaN.</param>
    public bool TryAdmit(out int slot, Span<double> drivenOut)
    {
        long number = Seen++;
        slot = Count;
        if (Count < capacity)
        {
            _numbers.Add(number);
            drivenOut.Fill(double.NaN);
            return true;
        }

        // One of number + 1 places; those of a row that is kept are the slots. 64 bits, since a view may have billions of rows.
        ulong bits = random.Bits((ulong)number * 2) | ((ulong)random.Bits(((ulong)number * 2) + 1) << 32);
        ulong place = Math.BigMul(bits, (ulong)Seen, out _);
        if (place >= (ulong)capacity)
            return false;
        slot = (int)place;
        _numbers[slot] = number;
        _rows.Read(slot, drivenOut);
        return true;
    }

    /// <summary>Keeps a row that was admitted.</summary>
    public void Write(int slot, ReadOnlySpan<double> cells) => _rows.Write(slot, cells);

    /// <summary>The cells of a column, in any order.</summary>
    public IEnumerable<double> Cells(int column) => _rows.Cells(column);

    /// <summary>Replaces every cell of a column but the missing ones.</summary>
    public void Replace(int column, Func<double, double> map) => _rows.Replace(column, map);

    /// <summary>The kept rows in the order in which they came.</summary>
    /// <param name="columns">The columns that are kept.</param>
    /// <param name="places">Where each stands in a row.</param>
    public CompactTable ToTable(IReadOnlyList<TableColumn> columns, int[] places)
    {
        if (Seen == Count)
            return _rows.Build(columns, places, order: null);
        int[] slots = [.. Enumerable.Range(0, Count)];
        Array.Sort(_numbers.ToArray(), slots);
        return _rows.Build(columns, places, slots);
    }
}
