using System.Globalization;

namespace Microsoft.ML.Diffusion.Tool.Csv;

/// <summary>Finds the rows that follow a header, and says where text is no such row.</summary>
internal static class CsvRows
{
    /// <param name="text">The text in UTF-8, or a piece of it that starts with a record.</param>
    /// <param name="start">Where to begin.</param>
    /// <param name="head">What the beginning of the file says.</param>
    /// <param name="isLast">Whether the text ends where the file does; else a record that may go on is left for the next piece.</param>
    /// <param name="place">The file's name, and how many lines stand before the text.</param>
    /// <param name="rowStarts">Gets the start of each row.</param>
    /// <param name="cellEnds">Gets the end of each cell of each row.</param>
    /// <returns>The end of what was read.</returns>
    /// <exception cref="InputException">A row with more or fewer cells than the header.</exception>
    /// <exception cref="CsvSyntaxException">A quote that is never closed, or text after the closing quote.</exception>
    public static int Read(
        ReadOnlySpan<byte> text,
        int start,
        CsvHead head,
        bool isLast,
        (string Path, long Lines) place,
        List<int> rowStarts,
        List<int> cellEnds)
    {
        var scanner = new CsvScanner(text, start, head.Syntax);
        while (true)
        {
            int before = cellEnds.Count;
            int recordStart = scanner.Position;
            try
            {
                if (!scanner.ReadRecord(cellEnds))
                    return recordStart;
            }
            catch (CsvSyntaxException e) when (e.IsUnclosed && !isLast)
            {
                cellEnds.RemoveRange(before, cellEnds.Count - before);
                return recordStart;
            }

            // A line end at the very end may be the first half of one, and a cell there may go on.
            if (!isLast && scanner.Position == text.Length)
            {
                cellEnds.RemoveRange(before, cellEnds.Count - before);
                return recordStart;
            }

            if (IsBlank(text, recordStart, cellEnds, before) && head.Names.Length > 1)
            {
                cellEnds.RemoveAt(before);
                continue;
            }

            if (cellEnds.Count - before != head.Names.Length)
                throw Ragged(text, recordStart, cellEnds.Count - before, head, place, isFirst: rowStarts.Count == 0 && place.Lines == 0);
            rowStarts.Add(recordStart);
        }
    }

    /// <summary>Whether a record is a line with nothing on it.</summary>
    public static bool IsBlank(ReadOnlySpan<byte> text, int start, List<int> cellEnds, int before) =>
        cellEnds.Count - before == 1 && text[start..cellEnds[^1]].Trim(" \t"u8).IsEmpty;

    /// <summary>The line on which an offset lies, counted from 1.</summary>
    public static long LineAt(ReadOnlySpan<byte> text, int offset) => 1 + CountLines(text[..offset]);

    /// <summary>How many lines end in a text.</summary>
    public static long CountLines(ReadOnlySpan<byte> text) => text.Count((byte)'\n') + text.Count((byte)'\r') - text.Count("\r\n"u8);

    /// <summary>Says where text is no CSV, and why.</summary>
    /// <param name="text">The text.</param>
    /// <param name="e">What was found.</param>
    /// <param name="head">What the beginning of the file says; null where that is what cannot be read.</param>
    /// <param name="column">Which cell of its row it is, counted from 0.</param>
    /// <param name="place">The file's name, and how many lines stand before the text.</param>
    public static InputException Refusal(
        ReadOnlySpan<byte> text, CsvSyntaxException e, CsvHead? head, int column, (string Path, long Lines) place)
    {
        string name = head is not null && column < head.Names.Length
            ? head.Names[column]
            : (column + 1).ToString(CultureInfo.InvariantCulture);
        return new InputException($"{place.Path}, line {place.Lines + LineAt(text, e.Offset)}, column {name}: {e.Message}.", e);
    }

    private static InputException Ragged(
        ReadOnlySpan<byte> text, int recordStart, int count, CsvHead head, (string Path, long Lines) place, bool isFirst)
    {
        string[] names = head.Names;
        string where = count < names.Length ? $"it ends before column {names[count]}" : $"there is more after column {names[^1]}";
        string title = isFirst && count > names.Length && head.HasHeader
            ? $"; if the lines before it are a title or a comment, --skip {LineAt(text, recordStart) - 1} leaves them out" : string.Empty;
        string first = head.HasHeader ? "the header names" : "the first row has";
        return new InputException(
            $"{place.Path}, line {place.Lines + LineAt(text, recordStart)}: {count} cells between {head.Syntax.SeparatorName} where " +
            $"{first} {names.Length}; {where}{title}.");
    }
}
