using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.Columns;

/// <summary>What a column of a file is to a model that learns from it, and how its cells are read.</summary>
/// <param name="index">Place in the file, counted from 0.</param>
/// <param name="name">Name from the header.</param>
/// <param name="use">What the column is to the model.</param>
/// <param name="marks">What stands for a missing value.</param>
internal sealed class ColumnFinding(int index, string name, ColumnUse use, MissingMarks marks)
{
    /// <summary>Place in the file, counted from 0.</summary>
    public int Index { get; } = index;

    /// <summary>Name from the header.</summary>
    public string Name { get; } = name;

    /// <summary>What the column is to the model.</summary>
    public ColumnUse Use { get; } = use;

    /// <summary>How many cells are missing.</summary>
    public long Missing { get; init; }

    /// <summary>What was found out about a column that the model does not see; null where that is not needed.</summary>
    public ColumnProfile? Profile { get; init; }

    /// <summary>How the column writes numbers; null for other columns, but for those whose spellings are merged.</summary>
    public CellFormat? Format { get; init; }

    /// <summary>What stands for the spellings of a category; null where each is one of its own.</summary>
    public MergedSpellings? Merged { get; init; }

    /// <summary>Reads numbers; null for other columns.</summary>
    public ModelColumn? Numbers { get; init; }

    /// <summary>Texts among categories that mean "missing" and stay as they are.</summary>
    public IReadOnlySet<string> Kept { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>The number of a cell; NaN where it has none.</summary>
    public double Number(CsvDocument block, int row)
    {
        Numbers!.IsMissing(block, row, out double value);
        return value;
    }

    /// <summary>Whether a cell of a column of categories is missing.</summary>
    public bool IsEmpty(CsvDocument block, int row) => marks.IsMissing(block, row, Index);

    /// <summary>The category of a cell; empty where it has none.</summary>
    public string Category(CsvDocument block, int row)
    {
        string text = marks.IsMissing(block, row, Index) ? string.Empty : block.Text(row, Index);
        return Kept.Contains(text) ? string.Empty : Merged is null || text.Length == 0 ? text : Merged.Of(text);
    }
}
