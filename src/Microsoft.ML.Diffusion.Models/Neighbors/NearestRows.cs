namespace Microsoft.ML.Diffusion.Models.Neighbors;

/// <summary>The nearest of the rows that it has been offered, nearest first; of equally near ones the first that was offered.</summary>
internal ref struct NearestRows
{
    private readonly Span<int> _rows;
    private readonly Span<float> _distances;

    /// <param name="rows">Receives the rows; as many are kept.</param>
    /// <param name="distances">Receives their distances; as long.</param>
    public NearestRows(Span<int> rows, Span<float> distances)
    {
        _rows = rows;
        _distances = distances;
        Limit = float.PositiveInfinity;
    }

    /// <summary>How many rows are kept.</summary>
    public int Count { get; private set; }

    /// <summary>A row must be nearer than this to be kept.</summary>
    public float Limit { get; private set; }

    /// <summary>Keeps a row that is among the nearest.</summary>
    public void Offer(int row, float distance)
    {
        if (!(distance < Limit))
            return;
        int place = Count < _rows.Length ? Count++ : Count - 1;
        for (; place > 0 && _distances[place - 1] > distance; place--)
            (_distances[place], _rows[place]) = (_distances[place - 1], _rows[place - 1]);
        (_distances[place], _rows[place]) = (distance, row);
        if (Count == _rows.Length)
            Limit = _distances[^1];
    }

    /// <summary>Finds the nearest rows of a block structure. Numbers add their squared difference, categories 1 where they differ, and
    /// so does a cell that is missing in one of the two rows.</summary>
    /// <param name="own">The row, a value per column.</param>
    /// <param name="isNumeric">Of every column.</param>
    /// <param name="among">The rows among which they are looked for.</param>
    /// <param name="except">A row that does not count; -1 for none.</param>
    /// <param name="sums">Room for <see cref="RowBlocks.BlockRows"/> distances.</param>
    public void Search(scoped ReadOnlySpan<float> own, bool[] isNumeric, RowBlocks among, int except, scoped Span<float> sums)
    {
        for (int block = 0; block < among.BlockCount; block++)
        {
            Span<float> distances = sums[..among.RowsIn(block)];
            distances.Clear();
            for (int column = 0; column < among.Width; column++)
            {
                if (isNumeric[column])
                    RowDistances.AddSquaredOrMissing(among.Column(block, column), own[column], distances);
                else
                    RowDistances.AddUnequalOrMissing(among.Column(block, column), own[column], distances);
            }
            int first = block * RowBlocks.BlockRows;
            for (int i = 0; i < distances.Length; i++)
            {
                if (distances[i] < Limit && first + i != except)
                    Offer(first + i, distances[i]);
            }
        }
    }
}
