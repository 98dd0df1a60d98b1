using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Amputation;

/// <summary>Makes cells missing on purpose in a table that comes in blocks of rows. Mechanisms that depend on the whole table look at all
/// blocks first, once or twice; then each block is amputed. Blocks of any size hide the same cells.</summary>
/// <remarks>
/// Memory does not depend on the number of rows, with two exceptions: <see cref="MissingnessMechanism.McarColumn"/> takes a bit a cell and
/// four bytes a row, and <see cref="MissingnessMechanism.Mar"/> and <see cref="MissingnessMechanism.Mnar"/> keep eight bytes a column of at
/// most 262,144 rows; where there are more, these are a uniform sample on which the rate is set.
/// </remarks>
public sealed class BlockAmputer
{
    private readonly BlockAmputation _amputation;
    private readonly int _width;
    private int _pass;
    private long _row;

    /// <param name="columns">The columns of every block.</param>
    /// <param name="mechanism">Why cells go missing.</param>
    /// <param name="rate">The share of cells to hide, 0 to 1.</param>
    /// <param name="seed">The same seed hides the same cells.</param>
    /// <exception cref="ArgumentException">The mechanism needs two columns and there is one.</exception>
    public BlockAmputer(IReadOnlyList<TableColumn> columns, MissingnessMechanism mechanism, double rate, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(columns);
        if (!(rate >= 0 && rate <= 1))
            throw new ArgumentOutOfRangeException(nameof(rate), rate, "The share of cells to hide must lie between 0 and 1.");
        _width = columns.Count;
        _amputation = mechanism switch
        {
            MissingnessMechanism.McarIndependent =>
                new CellAmputation([.. Enumerable.Range(0, _width)], _width, rate, seed, AmputationStream.Cells),
            MissingnessMechanism.McarRow => new RowAmputation(rate, seed),
            MissingnessMechanism.McarColumn => new ColumnAmputation(_width, rate, seed),
            MissingnessMechanism.Mar => new LogisticAmputation(columns, rate, seed, hideInputs: false),
            MissingnessMechanism.Mnar => new LogisticAmputation(columns, rate, seed, hideInputs: true),
            _ => throw new ArgumentOutOfRangeException(nameof(mechanism), mechanism, "No such mechanism."),
        };
    }

    /// <summary>How often all blocks must be looked at before the first is amputed.</summary>
    public int Passes => _amputation.Passes;

    /// <summary>Looks at the next block.</summary>
    /// <param name="block">The rows that follow those of the block before.</param>
    /// <exception cref="InvalidOperationException">All passes are over.</exception>
    /// <exception cref="InvalidDataException">A cell is infinite.</exception>
    public void Look(Table block)
    {
        Refuse(block);
        if (_pass >= Passes)
            throw new InvalidOperationException($"All {Passes} passes over the table are over.");
        _amputation.Look(block, _row, _pass);
        _row += block.RowCount;
    }

    /// <summary>Ends a pass over all blocks.</summary>
    public void EndPass()
    {
        _amputation.EndPass(_pass++);
        _row = 0;
    }

    /// <summary>Sets cells of the next block to NaN. Cells that are missing already stay so and are not counted.</summary>
    /// <param name="block">The rows that follow those of the block before.</param>
    /// <exception cref="InvalidOperationException">A pass is left to be made.</exception>
    /// <exception cref="InvalidDataException">A cell is infinite.</exception>
    public void Hide(Table block)
    {
        Hide(block, _row);
        _row += block.RowCount;
    }

    /// <summary>As <see cref="Hide(Table)"/>, for a block that stands anywhere.</summary>
    /// <param name="block">Some rows.</param>
    /// <param name="first">The number of the first of them, from 0.</param>
    internal void Hide(Table block, long first)
    {
        Refuse(block);
        if (_pass < Passes)
            throw new InvalidOperationException($"{Passes} passes over the table were expected first, and {_pass} were made.");
        _amputation.Hide(block, first);
    }

    private void Refuse(Table block)
    {
        ArgumentNullException.ThrowIfNull(block);
        if (block.Columns.Count != _width)
            throw new ArgumentException($"The block has {block.Columns.Count} columns; {_width} were expected.", nameof(block));
        block.RefuseInfinities();
    }
}
