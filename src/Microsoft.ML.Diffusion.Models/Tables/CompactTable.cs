namespace Microsoft.ML.Diffusion.Models.Tables;

/// <summary>Rows of a table to be read only, in as few bytes as their values take: one a cell where a column has at most 256 different
/// values, four where all of them are of single precision, otherwise eight. 1,000 columns of zeros and ones take an eighth of a
/// <see cref="Table"/>'s memory.</summary>
/// <remarks>Every cell reads as it was written, bit for bit but for the kind of NaN. Instances are immutable.</remarks>
public sealed class CompactTable : ITableRows
{
    private readonly CompactColumn[] _cells;
    private readonly int[]? _places;

    private CompactTable(IReadOnlyList<TableColumn> columns, CompactColumn[] cells, int rowCount, int[]? places)
    {
        (Columns, RowCount) = (columns, rowCount);
        _cells = cells;
        _places = places;
    }

    /// <summary>The columns.</summary>
    public IReadOnlyList<TableColumn> Columns { get; }

    /// <summary>The number of rows.</summary>
    public int RowCount { get; }

    /// <summary>One cell; <see cref="double.NaN"/> is missing.</summary>
    /// <param name="row">0-based row.</param>
    /// <param name="column">0-based column.</param>
    public double this[int row, int column] => _cells[column][Place(row)];

    /// <summary>Reads a row.</summary>
    /// <param name="row">0-based row.</param>
    /// <param name="cells">Receives one value per column.</param>
    public void Read(int row, Span<double> cells)
    {
        int place = Place(row);
        for (int i = 0; i < _cells.Length; i++)
            cells[i] = _cells[i][place];
    }

    /// <summary>A table of some of the rows, in the order given, that shares the cells of this one.</summary>
    /// <param name="rows">0-based rows; one may come several times.</param>
    internal CompactTable Take(int[] rows) => new(Columns, _cells, rows.Length, Array.ConvertAll(rows, Place));

    /// <summary>A table of the same rows to read and write.</summary>
    /// <exception cref="ArgumentException">It would have more than 2^31 cells.</exception>
    public Table ToTable()
    {
        Table table = new(Columns, RowCount);
        for (int row = 0; row < RowCount; row++)
            Read(row, table.Row(row));
        return table;
    }

    /// <summary>Refuses a table without rows, from which nothing can be learned.</summary>
    /// <exception cref="InvalidDataException">The table has no rows.</exception>
    public void RefuseNoRows()
    {
        if (RowCount == 0)
            throw new InvalidDataException(Table.NoRows);
    }

    /// <summary>Refuses an infinite number, from which nothing can be learned.</summary>
    /// <exception cref="InvalidDataException">A cell is infinite; the message names its column and row.</exception>
    internal void RefuseInfinities()
    {
        for (int i = 0; i < _cells.Length; i++)
        {
            for (int row = 0; _cells[i].MayBeInfinite && row < RowCount; row++)
            {
                if (double.IsInfinity(this[row, i]))
                    throw new InvalidDataException(Table.InfiniteCell(Columns[i], row));
            }
        }
    }

    private int Place(int row)
    {
        if ((uint)row >= (uint)RowCount)
            throw new ArgumentOutOfRangeException(nameof(row), row, $"The table has {RowCount} rows.");
        return _places?[row] ?? row;
    }

    /// <summary>Takes rows one after another, each of which may be replaced.</summary>
    public sealed class Builder
    {
        private readonly CompactColumn[] _cells;

        /// <summary>Starts without rows.</summary>
        /// <param name="width">Cells of a row, at least one.</param>
        public Builder(int width)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
            _cells = [.. Enumerable.Range(0, width).Select(_ => new CompactColumn())];
        }

        /// <summary>How many rows there are.</summary>
        public int RowCount { get; private set; }

        /// <summary>Writes a row in the place of another, or after the last.</summary>
        /// <param name="row">0-based row, at most <see cref="RowCount"/>.</param>
        /// <param name="cells">One value per column.</param>
        public void Write(int row, ReadOnlySpan<double> cells)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)row, (uint)RowCount, nameof(row));
            ArgumentOutOfRangeException.ThrowIfNotEqual(cells.Length, _cells.Length, nameof(cells));
            for (int i = 0; i < cells.Length; i++)
                _cells[i].Write(row, cells[i]);
            RowCount = Math.Max(RowCount, row + 1);
        }

        /// <summary>Reads a row.</summary>
        /// <param name="row">0-based row.</param>
        /// <param name="cells">Receives one value per column.</param>
        public void Read(int row, Span<double> cells)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)RowCount, nameof(row));
            for (int i = 0; i < cells.Length; i++)
                cells[i] = _cells[i][row];
        }

        /// <summary>Replaces every value of a column that holds whole numbers from 0 on.</summary>
        /// <param name="column">0-based column.</param>
        /// <param name="values">What each becomes; a missing cell stays missing.</param>
        public void Recode(int column, double[] values)
        {
            ArgumentNullException.ThrowIfNull(values);
            Replace(column, value => values[(int)value]);
        }

        /// <summary>The cells of a column.</summary>
        internal IEnumerable<double> Cells(int column) => Enumerable.Range(0, RowCount).Select(row => _cells[column][row]);

        /// <summary>Replaces every cell of a column but the missing ones.</summary>
        internal void Replace(int column, Func<double, double> map) =>
            _cells[column].Replace(value => double.IsNaN(value) ? value : map(value), RowCount);

        /// <summary>The table of some of the columns; takes the rows with it.</summary>
        /// <param name="columns">The columns that are kept.</param>
        /// <param name="places">Where each stands in a row.</param>
        /// <param name="order">The rows in the order wanted; null as they were written.</param>
        internal CompactTable Build(IReadOnlyList<TableColumn> columns, int[] places, int[]? order) =>
            new(columns, [.. places.Select(place => _cells[place])], order?.Length ?? RowCount, order);

        /// <summary>The table; takes the rows with it.</summary>
        /// <param name="columns">As many columns as a row has cells.</param>
        /// <param name="order">The rows in the order wanted; null as they were written.</param>
        public CompactTable Build(IReadOnlyList<TableColumn> columns, int[]? order = null)
        {
            ArgumentNullException.ThrowIfNull(columns);
            ArgumentOutOfRangeException.ThrowIfNotEqual(columns.Count, _cells.Length, nameof(columns));
            return new CompactTable(columns, _cells, order?.Length ?? RowCount, order);
        }
    }
}
