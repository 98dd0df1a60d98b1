using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.Columns;

/// <summary>How a file spells the categories of one column, quotes included: each as in the first row that has it.</summary>
/// <param name="column">The column.</param>
internal sealed class CategorySpellings(ColumnFinding column)
{
    private readonly List<string> _categories = [];
    private readonly Dictionary<string, byte[]> _spellings = new(StringComparer.Ordinal);

    /// <summary>The different texts in the order of their first rows.</summary>
    public IReadOnlyList<string> Categories => _categories;

    /// <summary>Looks at the cells of a block.</summary>
    public void Look(CsvDocument block)
    {
        for (int row = 0; row < block.RowCount; row++)
        {
            string text = column.Category(block, row);
            if (text.Length == 0 || _spellings.ContainsKey(text))
                continue;
            _categories.Add(text);

            // Where spellings are merged, the first row may have another than the one that stands for all.
            _spellings.Add(text, column.Merged is null || block.Text(row, column.Index) == text
                ? CsvCell.Spelling(block.Raw(row, column.Index), block.Separator, block.EscapesByBackslash)
                : CsvCell.Encode(text, block.Separator, block.EscapesByBackslash));
        }
    }

    /// <summary>A category as the file spells it; in quotes where needed when the file has none.</summary>
    /// <param name="category">The category.</param>
    /// <param name="file">How the file is written.</param>
    public byte[] Spell(string category, CsvDocument file) =>
        _spellings.TryGetValue(category, out byte[]? spelling)
            ? spelling
            : CsvCell.Encode(category, file.Separator, file.EscapesByBackslash);
}
