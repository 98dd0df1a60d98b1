using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Evaluation.Privacy;

/// <summary>Rows in which numbers are scaled by the real table's minimum and maximum, laid out in blocks of <see cref="BlockRows"/> rows,
/// column after column within a block, so that distances to a whole block are vector operations.</summary>
internal sealed class ScaledRows
{
    /// <summary>So many distances fit into the first-level cache beside a column of the block.</summary>
    public const int BlockRows = 1024;

    /// <summary>Stands for missing: no other value is equal to it, and no difference to it is small.</summary>
    public const float Missing = float.NegativeInfinity;

    private readonly float[] _cells;

    private ScaledRows(float[] cells, int rowCount, int width)
    {
        _cells = cells;
        RowCount = rowCount;
        Width = width;
    }

    public int RowCount { get; }

    public int Width { get; }

    public int BlockCount => (RowCount + BlockRows - 1) / BlockRows;

    public static ScaledRows Of(Table table, int[] rows, double[] minimum, double[] scale)
    {
        int width = table.Columns.Count;
        float[] cells = new float[checked(rows.Length * width)];
        ScaledRows scaled = new(cells, rows.Length, width);
        for (int i = 0; i < rows.Length; i++)
        {
            ReadOnlySpan<double> row = table.Row(rows[i]);
            for (int column = 0; column < width; column++)
                cells[scaled.Place(i, column)] = table.Columns[column].Holds(row[column]) ? (float)((row[column] - minimum[column]) * scale[column])
                    : Missing;
        }

        return scaled;
    }

    public int RowsIn(int block) => Math.Min(BlockRows, RowCount - (block * BlockRows));

    /// <summary>One column of a block, a value per row.</summary>
    public ReadOnlySpan<float> Column(int block, int column) => _cells.AsSpan(Place(block * BlockRows, column), RowsIn(block));

    public float Cell(int row, int column) => _cells[Place(row, column)];

    private int Place(int row, int column)
    {
        int block = row / BlockRows;
        return (block * BlockRows * Width) + (column * RowsIn(block)) + (row % BlockRows);
    }
}
