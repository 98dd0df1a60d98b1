using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Tables;

/// <summary>A uniform sample of rows of cells that come by one after another, however many will come: every row seen so far is
/// kept with the same probability (Vitter 1985, algorithm R). Its memory grows with the rows kept alone.</summary>
/// <param name="width">Cells of a row.</param>
/// <param name="capacity">How many rows to keep at most; as long as no more come, all are kept.</param>
/// <param name="random">Decides which; a row's draw is a function of its number.</param>
internal sealed class RowReservoir(int width, int capacity, Philox random)
{
    private const int RowsPerChunk = 4096;
    private readonly List<double[]> _chunks = [];

    // Of the row in every slot.
    private readonly List<long> _numbers = [];

    /// <summary>How many rows came by.</summary>
    public long Seen { get; private set; }

    /// <summary>How many rows are kept.</summary>
    public int Count => _numbers.Count;

    /// <summary>Tells whether the next row is kept, for now.</summary>
    /// <param name="cells">Where its cells go; they still hold those of the row that it drives out, or NaN.</param>
    public bool TryAdmit(out Span<double> cells)
    {
        long number = Seen++;
        if (Count < capacity)
        {
            if (Count % RowsPerChunk == 0)
                _chunks.Add(NewChunk());
            _numbers.Add(number);
            cells = Slot(Count - 1);
            return true;
        }

        // One of number + 1 places; those of a row that is kept are the slots. 64 bits, since a view may have billions of rows.
        ulong bits = random.Bits((ulong)number * 2) | ((ulong)random.Bits(((ulong)number * 2) + 1) << 32);
        ulong place = Math.BigMul(bits, (ulong)Seen, out _);
        if (place >= (ulong)capacity)
        {
            cells = default;
            return false;
        }

        _numbers[(int)place] = number;
        cells = Slot((int)place);
        return true;
    }

    /// <summary>The kept rows' slots in the order in which the rows came, to be handed to <see cref="Slot"/>.</summary>
    public int[] SlotsInOrder()
    {
        int[] slots = [.. Enumerable.Range(0, Count)];
        if (Seen > Count)
            Array.Sort(_numbers.ToArray(), slots);
        return slots;
    }

    /// <summary>The cells of a kept row.</summary>
    public Span<double> Slot(int slot) => _chunks[slot / RowsPerChunk].AsSpan(slot % RowsPerChunk * width, width);

    private double[] NewChunk()
    {
        double[] chunk = new double[Math.Min(RowsPerChunk, capacity - Count) * width];
        chunk.AsSpan().Fill(double.NaN);
        return chunk;
    }
}
