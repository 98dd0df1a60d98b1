using System.Text;
using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.Columns;

/// <summary>What stands for a missing value: an empty cell (or one of blanks, or <c>""</c>) always; what the user names
/// beside it, compared exactly after blanks around it and quotes are taken off. In a column of numbers NaN is missing
/// too, whatever its case.</summary>
internal sealed class MissingMarks
{
    private readonly byte[][] _marks;

    /// <param name="marks">Marks beside the empty cell.</param>
    public MissingMarks(params IEnumerable<string> marks) => _marks = [.. marks.Select(Encoding.UTF8.GetBytes)];

    /// <summary>Whether a cell is empty or one of the marks.</summary>
    public bool IsMissing(CsvDocument document, int row, int column)
    {
        ArgumentNullException.ThrowIfNull(document);
        ReadOnlySpan<byte> content = document.Content(row, column);
        if (content.IsEmpty)
            return true;
        foreach (byte[] mark in _marks)
        {
            if (content.SequenceEqual(mark))
                return true;
        }

        return false;
    }

    /// <summary>How many cells of a column are empty or one of the marks.</summary>
    public int Count(CsvDocument document, int column)
    {
        ArgumentNullException.ThrowIfNull(document);
        int count = 0;
        for (int row = 0; row < document.RowCount; row++)
            count += IsMissing(document, row, column) ? 1 : 0;
        return count;
    }
}
