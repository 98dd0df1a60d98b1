using System.Globalization;
using Microsoft.ML.Diffusion.Models.Roles;
using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.Columns;

/// <summary>One of a model's columns in a file that is read in blocks. A first pass looks at every cell: it learns how the file writes the
/// column, and which cells the model cannot read. A second one reads the values and writes those that were missing.</summary>
/// <param name="index">Place in the file, counted from 0.</param>
/// <param name="name">Name from the header.</param>
/// <param name="missing">What stands for a missing value.</param>
/// <param name="words">Words that mean "missing" in this column, beside the usual ones; cells that say so stay.</param>
internal abstract class ModelColumn(int index, string name, MissingMarks missing, IReadOnlyCollection<string> words)
{
    private const int LongestWord = 64;

    private readonly SortedDictionary<string, long> _marks = new(StringComparer.Ordinal);

    /// <summary>Place in the file, counted from 0.</summary>
    public int Index { get; } = index;

    /// <summary>Name from the header.</summary>
    public string Name { get; } = name;

    /// <summary>Words that mean "missing" in this column, beside the usual ones.</summary>
    protected IReadOnlyCollection<string> OwnWords { get; } = words;

    /// <summary>How many cells are missing.</summary>
    public long Missing { get; private set; }

    /// <summary>How many cells hold a category that the model does not know.</summary>
    public long Unknown { get; protected set; }

    /// <summary>Why the file is refused: its first cell that cannot be read; null where there is none.</summary>
    public virtual InputException? Refusal => null;

    /// <summary>Tells of cells that say in a word that they are missing and stay as they are; null where there are none.</summary>
    public string? NoteOnWords => _marks.Count == 0 ? null
        : string.Create(
            CultureInfo.InvariantCulture,
            $"Column '{Name}' has {string.Join(", ", _marks.Select(Counted))}; to read them as missing, give --na " +
            $"\"{string.Join(',', _marks.Keys)}\".");

    /// <summary>Looks at a block of the file, in the first pass.</summary>
    public void Look(CsvDocument block)
    {
        for (int row = 0; row < block.RowCount; row++)
        {
            if (missing.IsMissing(block, row, Index) || Look(block, row))
                Missing++;
        }
    }

    /// <summary>Reads a cell, in the second pass.</summary>
    /// <param name="block">A block of the file.</param>
    /// <param name="row">Row of the block.</param>
    /// <param name="value">A number, or a code of a category, beyond the model's own where it does not know it; NaN where the cell says
    /// nothing.</param>
    /// <returns>Whether the cell is missing, so that it is filled.</returns>
    public bool IsMissing(CsvDocument block, int row, out double value)
    {
        value = double.NaN;
        return missing.IsMissing(block, row, Index) || Read(block, row, out value);
    }

    /// <summary>A value as the file writes the column.</summary>
    /// <param name="block">A block of the file.</param>
    /// <param name="value">A number, or the code of a category.</param>
    public abstract ReadOnlySpan<byte> Spell(CsvDocument block, double value);

    /// <summary>Looks at a cell that is not empty.</summary>
    /// <returns>Whether it is missing nevertheless.</returns>
    protected abstract bool Look(CsvDocument block, int row);

    /// <summary>Reads a cell that is not empty.</summary>
    /// <returns>Whether it is missing nevertheless.</returns>
    protected abstract bool Read(CsvDocument block, int row, out double value);

    /// <summary>Whether a cell that is no value of the column says in a word that it is missing.</summary>
    protected bool IsWord(CsvDocument block, int row)
    {
        if (block.Content(row, Index).Length > LongestWord)
            return false;
        string text = block.Text(row, Index);
        return MissingWords.IsCertain(text) || OwnWords.Contains(text, StringComparer.Ordinal);
    }

    /// <summary>Counts a cell that says in a word that it is missing.</summary>
    protected void CountWord(CsvDocument block, int row)
    {
        string text = block.Text(row, Index);
        _marks[text] = _marks.GetValueOrDefault(text) + 1;
    }

    private static string Counted(KeyValuePair<string, long> mark) => string.Create(
        CultureInfo.InvariantCulture, $"'{mark.Key}' in {mark.Value:#,##0} {(mark.Value == 1 ? "row" : "rows")}");
}
