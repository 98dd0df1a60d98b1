namespace Microsoft.ML.Diffusion.Models.Tables;

/// <summary>Rows in which missing cells read as the mean of their column or its most frequent category, and nothing is copied.</summary>
internal sealed class CompletedRows : ITableRows
{
    private readonly ITableRows _rows;
    private readonly double[] _guesses;

    /// <param name="rows">The rows as they are.</param>
    /// <param name="cancel">Looked at for every column.</param>
    public CompletedRows(ITableRows rows, CancellationToken cancel)
    {
        _rows = rows;
        _guesses = new double[rows.Columns.Count];
        for (int i = 0; i < _guesses.Length; i++)
        {
            cancel.ThrowIfCancellationRequested();
            ColumnSummary summary = ColumnSummary.Of(rows, i);
            _guesses[i] = summary.BestGuess;
            HasHoles |= summary.Observed < rows.RowCount;
        }
    }

    /// <summary>Whether a cell is missing.</summary>
    public bool HasHoles { get; }

    public IReadOnlyList<TableColumn> Columns => _rows.Columns;

    public int RowCount => _rows.RowCount;

    public double this[int row, int column]
    {
        get
        {
            double value = _rows[row, column];
            return double.IsNaN(value) ? _guesses[column] : value;
        }
    }

    /// <summary>Reads a row.</summary>
    public void Read(int row, Span<double> cells)
    {
        for (int i = 0; i < cells.Length; i++)
            cells[i] = this[row, i];
    }
}
