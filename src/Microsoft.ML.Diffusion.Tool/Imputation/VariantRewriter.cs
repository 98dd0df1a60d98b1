using Microsoft.ML.Diffusion.Tool.Columns;
using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.Imputation;

/// <summary>Writes the spelling that stands for a category into the cells that spell it in another way.</summary>
/// <param name="table">The file's columns, with the spellings that are merged.</param>
internal sealed class VariantRewriter(BlockTable table)
{
    private readonly ColumnFinding[] _columns = [.. table.UsedColumns.Where(column => column.Merged is not null)];

    /// <summary>The cells of a block that change, in the order of the file.</summary>
    public IEnumerable<CellEdit> Edits(CsvDocument block)
    {
        for (int row = 0; row < block.RowCount; row++)
        {
            foreach (ColumnFinding column in _columns)
            {
                string category = column.Category(block, row);
                if (category.Length == 0 || string.Equals(category, block.Text(row, column.Index), StringComparison.Ordinal))
                    continue;
                byte[] spelt = CsvCell.Encode(category, block.Separator, block.EscapesByBackslash);
                yield return new CellEdit(row, column.Index, CsvCell.Replace(block.Raw(row, column.Index), spelt));
            }
        }
    }
}
