using Microsoft.ML.Diffusion.Core.Threading;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tool.Columns;
using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.Amputation;

/// <summary>Reads blocks of a file as rows of numbers and category codes.</summary>
internal sealed class BlockCells
{
    // More different texts are the same to the mechanisms that look at categories: a text that says nothing.
    private const int MostCategories = 1 << 16;

    private readonly ColumnFinding[] _columns;
    private readonly Dictionary<string, int>[] _codes;

    private BlockCells(ColumnFinding[] columns)
    {
        _columns = columns;
        _codes = [.. columns.Select(_ => new Dictionary<string, int>(StringComparer.Ordinal))];
        TableColumns = [];
    }

    /// <summary>The columns of the rows.</summary>
    public IReadOnlyList<TableColumn> TableColumns { get; private set; }

    /// <summary>Takes the columns of a file that hold something.</summary>
    /// <param name="table">The file.</param>
    /// <param name="read">Goes through its blocks.</param>
    /// <param name="withCategories">Whether it matters which category a cell holds, so that they must be found first; else it matters whether
    /// it holds one.</param>
    public static BlockCells Of(BlockTable table, Func<IEnumerable<CsvDocument>> read, bool withCategories)
    {
        var cells = new BlockCells([.. table.UsedColumns]);
        if (withCategories)
        {
            foreach (CsvDocument block in read())
                ParallelLoop.Run(cells._columns.Length, column => cells.FindCategories(block, column));
        }

        cells.TableColumns =
        [
            .. cells._columns.Select((column, i) => column.Use == ColumnUse.Numeric
                ? TableColumn.Numeric(column.Name)
                : TableColumn.Categorical(column.Name, cells._codes[i].OrderBy(pair => pair.Value).Select(pair => pair.Key))),
        ];
        return cells;
    }

    /// <summary>Reads a block: NaN is missing, or a word for it among numbers.</summary>
    public Table Read(CsvDocument block)
    {
        var rows = new Table(TableColumns, block.RowCount);
        ParallelLoop.Run(_columns.Length, column =>
        {
            ColumnFinding source = _columns[column];
            for (int row = 0; row < block.RowCount; row++)
            {
                rows[row, column] = source.Use == ColumnUse.Numeric ? source.Number(block, row)
                    : source.IsEmpty(block, row) ? double.NaN
                    : _codes[column].Count == 0 ? 0
                    : _codes[column].GetValueOrDefault(source.Category(block, row), _codes[column].Count);
            }
        });
        return rows;
    }

    /// <summary>The cells that were there and are missing now, as edits that empty them. In a file of one column an empty cell is written as
    /// <c>""</c>, since readers pass over blank lines.</summary>
    /// <param name="block">A block.</param>
    /// <param name="before">Its rows as they were read.</param>
    /// <param name="after">The same with cells hidden.</param>
    public CellEdit[] Emptied(CsvDocument block, Table before, Table after)
    {
        byte[] empty = block.ColumnCount == 1 ? "\"\""u8.ToArray() : [];
        var edits = new List<CellEdit>();
        for (int row = 0; row < after.RowCount; row++)
        {
            for (int column = 0; column < _columns.Length; column++)
            {
                if (double.IsNaN(after[row, column]) && !double.IsNaN(before[row, column]))
                    edits.Add(new CellEdit(row, _columns[column].Index, empty));
            }
        }

        return [.. edits];
    }

    private void FindCategories(CsvDocument block, int column)
    {
        ColumnFinding source = _columns[column];
        Dictionary<string, int> codes = _codes[column];
        for (int row = 0; source.Use == ColumnUse.Categorical && row < block.RowCount && codes.Count < MostCategories; row++)
        {
            if (source.Category(block, row) is { Length: > 0 } text)
                codes.TryAdd(text, codes.Count);
        }
    }
}
