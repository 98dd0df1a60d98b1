namespace Microsoft.ML.Diffusion.Models.Neighbors;

/// <summary>Rows to search among, laid out in blocks of <see cref="BlockRows"/> rows, column after column within a block, so that
/// distances to a whole block are vector operations. NaN is missing.</summary>
internal sealed class RowBlocks
{
    /// <summary>So many distances fit into the first-level cache beside a column of the block.</summary>
    public const int BlockRows = 1024;

    private readonly float[][] _blocks;

    /// <param name="rowCount">How many rows.</param>
    /// <param name="width">How many columns.</param>
    public RowBlocks(int rowCount, int width)
    {
        RowCount = rowCount;
        Width = width;
        _blocks = new float[BlockCount][];
        for (int block = 0; block < _blocks.Length; block++)
            _blocks[block] = new float[RowsIn(block) * width];
    }

    public int RowCount { get; }

    public int Width { get; }

    public int BlockCount => (int)(((long)RowCount + BlockRows - 1) / BlockRows);

    public float this[int row, int column]
    {
        get => Column(row / BlockRows, column)[row % BlockRows];
        set => Own(row / BlockRows, column)[row % BlockRows] = value;
    }

    public int RowsIn(int block) => Math.Min(BlockRows, RowCount - (block * BlockRows));

    /// <summary>One column of a block, a value per row.</summary>
    public ReadOnlySpan<float> Column(int block, int column) => Own(block, column);

    /// <summary>Copies a row, a value per column.</summary>
    public void CopyRow(int row, Span<float> cells)
    {
        for (int column = 0; column < Width; column++)
            cells[column] = this[row, column];
    }

    private Span<float> Own(int block, int column) => _blocks[block].AsSpan(column * RowsIn(block), RowsIn(block));
}
