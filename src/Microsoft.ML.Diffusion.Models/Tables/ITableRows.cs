namespace Microsoft.ML.Diffusion.Models.Tables;

/// <summary>Rows of cells to be read, however they are kept.</summary>
internal interface ITableRows
{
    /// <summary>The columns.</summary>
    IReadOnlyList<TableColumn> Columns { get; }

    /// <summary>The number of rows.</summary>
    int RowCount { get; }

    /// <summary>One cell.</summary>
    double this[int row, int column] { get; }

    /// <summary>Reads a row, one value per column.</summary>
    void Read(int row, Span<double> cells);
}
