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

    // Where some rows are copies of others' and the rest are the others' own; null where all lie in the blocks.
    private readonly Changes? _changes;

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
        _blocks = new float[(int)(((long)rowCount + _placeMask) >> _shift)][];
        for (int i = 0; i < _blocks.Length; i++)
            _blocks[i] = new float[Math.Min(rowsPerBlock, rowCount - (i << _shift)) * Width];
    }

    private EncodedRows(Changes changes)
    {
        Encoder = changes.Others.Encoder;
        Width = changes.Others.Width;
        RowCount = changes.Others.RowCount;
        _blocks = [];
        _changes = changes;
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
        if (_changes is not null)
            return _changes.TryFind(row, out int place) ? _changes.Copies.Row(place) : _changes.Others.Row(row);
        return _blocks[row >> _shift].AsSpan((int)(row & _placeMask) * Width, Width);
    }

    /// <summary>The number of missing cells.</summary>
    internal long CountMissing()
    {
        long missing = 0;
        for (int row = 0; row < RowCount; row++)
        {
            foreach (float cell in Row(row))
                missing += float.IsNaN(cell) ? 1 : 0;
        }
        return missing;
    }

    /// <summary>Of each column whether a cell is missing in it.</summary>
    internal bool[] FindMissingColumns() => Array.ConvertAll(CountObserved(), observed => observed < RowCount);

    /// <summary>Of each column the number of cells that are not missing.</summary>
    internal int[] CountObserved()
    {
        int[] observed = new int[Width];
        for (int row = 0; row < RowCount; row++)
        {
            ReadOnlySpan<float> cells = Row(row);
            for (int i = 0; i < cells.Length; i++)
                observed[i] += float.IsNaN(cells[i]) ? 0 : 1;
        }
        return observed;
    }

    /// <summary>A copy of some of the rows, in the order given.</summary>
    internal EncodedRows Take(ReadOnlySpan<int> rows)
    {
        EncodedRows taken = new(Encoder, rows.Length);
        for (int i = 0; i < rows.Length; i++)
            Row(rows[i]).CopyTo(taken.Row(i));
        return taken;
    }

    /// <summary>The same rows, some of which are copies that can be written to without changing these; no memory is taken for the
    /// others.</summary>
    /// <param name="rows">The rows to copy, each once.</param>
    internal EncodedRows WithCopiesOf(ReadOnlySpan<int> rows) => new(new Changes(this, rows));

    private sealed class Changes
    {
        private readonly Dictionary<long, int> _places = [];

        // A bit a row: most are not copied, and the dictionary need not be asked.
        private readonly ulong[] _areCopied;

        public Changes(EncodedRows others, ReadOnlySpan<int> rows)
        {
            Others = others;
            Copies = others.Take(rows);
            _areCopied = new ulong[(others.RowCount / 64) + 1];
            for (int i = 0; i < rows.Length; i++)
            {
                _places.Add(rows[i], i);
                _areCopied[rows[i] / 64] |= 1UL << (rows[i] % 64);
            }
        }

        public EncodedRows Others { get; }

        public EncodedRows Copies { get; }

        public bool TryFind(long row, out int place)
        {
            place = 0;
            return (_areCopied[row / 64] >> (int)(row % 64) & 1) != 0 && _places.TryGetValue(row, out place);
        }
    }
}
