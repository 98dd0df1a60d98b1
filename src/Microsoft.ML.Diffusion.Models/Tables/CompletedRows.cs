namespace Microsoft.ML.Diffusion.Models;

/// <summary>Rows in which missing cells read as the mean of their column or its most frequent category, and nothing is copied.</summary>
/// <param name="rows">The rows as they are.</param>
internal sealed class CompletedRows(ITableRows rows) : ITableRows
{
    private readonly double[] _guesses = [.. Enumerable.Range(0, rows.Columns.Count).Select(i => ColumnSummary.Of(rows, i).BestGuess)];

    public IReadOnlyList<TableColumn> Columns => rows.Columns;

    public int RowCount => rows.RowCount;

    /// <summary>A column of which every cell reads as missing; null for none.</summary>
    public int? Hidden { get; set; }

    /// <summary>Whether a cell is missing.</summary>
    public bool HasHoles() => Enumerable.Range(0, Columns.Count).Any(i => Enumerable.Range(0, RowCount).Any(row => double.IsNaN(rows[row, i])));

    public double this[int row, int column]
    {
        get
        {
            double value = column == Hidden ? double.NaN : rows[row, column];
            return double.IsNaN(value) && column != Hidden ? _guesses[column] : value;
        }
    }

    /// <summary>Reads a row.</summary>
    public void Read(int row, Span<double> cells)
    {
        for (int i = 0; i < cells.Length; i++)
            cells[i] = this[row, i];
    }
}
