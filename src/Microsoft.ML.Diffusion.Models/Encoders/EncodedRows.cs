namespace Microsoft.ML.Diffusion.Models.Encoders;

/// <summary>Rows of a table as the encoder that made them lays them out: one cell per encoded column, NaN where missing.</summary>
/// <remarks>The cells lie in blocks of whole rows, so that their number is not limited by the size of one array.</remarks>
public sealed class EncodedRows
{
    // A megabyte a block: large enough to be few, and small enough that the last one, which is cut to size, wastes nothing.
    private const int CellsPerBlock = 1 << 18;

    private readonly float[][] _blocks;

    // A block has two to the power of this many rows.
    private readonly int _shift;
    private readonly int _placeMask;

    /// <param name="encoder">The columns.</param>
    /// <param name="rowCount">How many rows; every cell is 0 at first.</param>
    internal EncodedRows(TableEncoder encoder, int rowCount)
    {
        Encoder = encoder;
        Width = encoder.Encoded.Count;
        RowCount = rowCount;
        _shift = int.Log2(Math.Max(1, CellsPerBlock / Math.Max(1, Width)));
        int rowsPerBlock = 1 << _shift;
        _placeMask = rowsPerBlock - 1;
        _blocks = new float[(int)(((long)rowCount + rowsPerBlock - 1) >> _shift)][];
        for (int i = 0; i < _blocks.Length; i++)
            _blocks[i] = new float[Math.Min(rowsPerBlock, rowCount - (i << _shift)) * Width];
    }

    /// <summary>The encoder that made the rows.</summary>
    public TableEncoder Encoder { get; }

    /// <summary>What each cell of a row is.</summary>
    public IReadOnlyList<EncodedColumn> Columns => Encoder.Encoded;

    /// <summary>The number of rows.</summary>
    public int RowCount { get; }

    /// <summary>The number of cells of a row.</summary>
    public int Width { get; }

    /// <summary>The number of cells of all rows.</summary>
    public long CellCount => (long)RowCount * Width;

    /// <summary>The cells of one row, to read or write: a scaled number, the number of a category, or NaN.</summary>
    /// <param name="row">0-based row.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public Span<float> Row(long row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((ulong)row, (ulong)RowCount, nameof(row));
        return _blocks[row >> _shift].AsSpan((int)(row & _placeMask) * Width, Width);
    }

    /// <summary>The number of missing cells.</summary>
    internal long CountMissing()
    {
        long missing = 0;
        foreach (float[] block in _blocks)
        {
            foreach (float cell in block)
                missing += float.IsNaN(cell) ? 1 : 0;
        }
        return missing;
    }

    /// <summary>A copy of some of the rows, in the order given.</summary>
    internal EncodedRows Take(ReadOnlySpan<int> rows)
    {
        EncodedRows taken = new(Encoder, rows.Length);
        for (int i = 0; i < rows.Length; i++)
            Row(rows[i]).CopyTo(taken.Row(i));
        return taken;
    }

    /// <summary>A copy of all rows.</summary>
    internal EncodedRows Clone()
    {
        EncodedRows copy = new(Encoder, RowCount);
        for (int i = 0; i < _blocks.Length; i++)
            _blocks[i].CopyTo(copy._blocks[i], 0);
        return copy;
    }
}
