namespace Microsoft.ML.Diffusion.Models.Tables;

/// <summary>Rows of numbers and category codes in memory, row after row. <see cref="double.NaN"/> is a missing cell; a
/// category is its code 0..K-1.</summary>
public sealed class Table : ITableRows
{
    private readonly double[] _cells;

    /// <summary>Makes a table in which every cell is missing.</summary>
    /// <param name="columns">The columns, at least one.</param>
    /// <param name="rowCount">The number of rows, 0 or more.</param>
    /// <exception cref="ArgumentException">There is no column, or the table has more than 2^31 cells.</exception>
    public Table(IReadOnlyList<TableColumn> columns, int rowCount)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentOutOfRangeException.ThrowIfNegative(rowCount);
        if (columns.Count == 0)
            throw new ArgumentException("A table needs at least one column.", nameof(columns));
        long cells = (long)columns.Count * rowCount;
        if (cells > Array.MaxLength)
            throw new ArgumentException($"A table of {rowCount} rows and {columns.Count} columns is too large: it may hold {Array.MaxLength} cells.", nameof(rowCount));
        Columns = columns;
        RowCount = rowCount;
        _cells = new double[cells];
        _cells.AsSpan().Fill(double.NaN);
    }

    private Table(IReadOnlyList<TableColumn> columns, int rowCount, double[] cells)
    {
        Columns = columns;
        RowCount = rowCount;
        _cells = cells;
    }

    /// <summary>The columns.</summary>
    public IReadOnlyList<TableColumn> Columns { get; }

    /// <summary>The number of rows.</summary>
    public int RowCount { get; }

    /// <summary>One cell.</summary>
    /// <param name="row">0-based row.</param>
    /// <param name="column">0-based column.</param>
    public double this[int row, int column]
    {
        get => Row(row)[column];
        set => Row(row)[column] = value;
    }

    /// <summary>The cells of one row, to read or write.</summary>
    /// <param name="row">0-based row.</param>
    public Span<double> Row(int row)
    {
        if ((uint)row >= (uint)RowCount)
            throw new ArgumentOutOfRangeException(nameof(row), row, $"The table has {RowCount} rows.");
        return _cells.AsSpan(row * Columns.Count, Columns.Count);
    }

    void ITableRows.Read(int row, Span<double> cells) => Row(row).CopyTo(cells);

    /// <summary>A copy that shares nothing but the columns.</summary>
    public Table Clone() => new(Columns, RowCount, (double[])_cells.Clone());

    /// <summary>A table of some of the rows, in the order given.</summary>
    /// <param name="rows">0-based rows; one may come several times.</param>
    public Table Take(ReadOnlySpan<int> rows)
    {
        Table taken = new(Columns, rows.Length);
        for (int i = 0; i < rows.Length; i++)
            Row(rows[i]).CopyTo(taken.Row(i));
        return taken;
    }

    /// <summary>Refuses a table without rows, from which nothing can be learned.</summary>
    /// <exception cref="InvalidDataException">The table has no rows.</exception>
    public void RefuseNoRows()
    {
        if (RowCount == 0)
            throw new InvalidDataException(NoRows);
    }

    /// <summary>Refuses a table with an infinite number in it.</summary>
    /// <exception cref="InvalidDataException">A cell is infinite; the message names its column and row.</exception>
    public void RefuseInfinities()
    {
        int width = Columns.Count;
        for (int i = 0; i < _cells.Length; i++)
        {
            if (double.IsInfinity(_cells[i]))
                throw new InvalidDataException(InfiniteCell(Columns[i % width], i / width));
        }
    }

    internal static string NoRows => "The table has no rows; at least one is needed to learn from.";

    internal static string InfiniteCell(TableColumn column, int row) =>
        $"Column '{column.Name}' holds an infinite number in row {row} (counted from 0); only finite numbers and missing values can be modelled.";
}
