using System.Globalization;

namespace Microsoft.ML.Diffusion.Tool.Csv;

/// <summary>What the beginning of a file says: how its cells are parted and quoted, what its columns are called, and where its rows
/// start.</summary>
/// <param name="Syntax">How cells are parted and quoted.</param>
/// <param name="Names">Names of the columns.</param>
/// <param name="HasHeader">Whether a line names them.</param>
/// <param name="HeaderStart">Where that line starts.</param>
/// <param name="BodyStart">Where the rows start.</param>
/// <param name="LineEnd">How lines end: as the first one does.</param>
internal sealed record CsvHead(CsvSyntax Syntax, string[] Names, bool HasHeader, int HeaderStart, int BodyStart, byte[] LineEnd)
{
    /// <param name="text">The text in UTF-8, or its beginning.</param>
    /// <param name="options">What the user says.</param>
    /// <param name="escapesByBackslash">Whether quotes inside quotes may have a backslash before them.</param>
    /// <param name="isWhole">Whether the text ends where the file does.</param>
    /// <param name="path">The file's name, for messages.</param>
    /// <exception cref="InputException">No line at all, two columns of one name, or other columns than were named.</exception>
    /// <exception cref="CsvSyntaxException">A quote that is never closed, or text after the closing quote.</exception>
    public static CsvHead Read(ReadOnlySpan<byte> text, CsvOptions options, bool escapesByBackslash, bool isWhole, string path)
    {
        int start = AfterSkipped(text, options, path);
        byte separator = options.Separator is { } given ? (byte)given : SeparatorSniffer.Sniff(text, start, escapesByBackslash, isWhole);
        var syntax = new CsvSyntax(separator, escapesByBackslash);
        var scanner = new CsvScanner(text, start, syntax);
        var cellEnds = new List<int>();
        bool hasHeader = options.HasHeader ?? true;
        while (true)
        {
            cellEnds.Clear();
            int recordStart = scanner.Position;
            if (!scanner.ReadRecord(cellEnds))
            {
                // What feeds many processes may have nothing for some of them.
                if (!hasHeader && isWhole && options.Names is { } all)
                    return new CsvHead(syntax, [.. all], HasHeader: false, text.Length, text.Length, "\n"u8.ToArray());
                string expected = hasHeader ? "a header line with the names of the columns" : "a row";
                throw new InputException($"{path} is empty; {expected} was expected.");
            }

            if (CsvRows.IsBlank(text, recordStart, cellEnds, 0))
                continue;
            string[] names = hasHeader
                ? CsvHeader.Read(text, recordStart, cellEnds, syntax, path)
                : Named(options.Names, cellEnds.Count, path)
                ?? [.. Enumerable.Range(1, cellEnds.Count).Select(i => string.Create(CultureInfo.InvariantCulture, $"C{i}"))];
            return new CsvHead(syntax, names, hasHeader, recordStart, hasHeader ? scanner.Position : start, LineEndAt(text, cellEnds[^1]));
        }
    }

    private static string[]? Named(IReadOnlyList<string>? names, int count, string path) =>
        names is null ? null
        : names.Count == count ? [.. names]
        : throw new InputException(
            $"{path} has {count} cells in its first row, and no header; a cell for each of {string.Join(", ", names)} was expected, the " +
            "columns of the file that the model was trained on.");

    /// <summary>Where the header starts: after the byte-order mark and the lines to skip.</summary>
    private static int AfterSkipped(ReadOnlySpan<byte> text, CsvOptions options, string path)
    {
        int start = text.StartsWith("\uFEFF"u8) ? 3 : 0;
        for (int line = 0; line < options.SkippedLines; line++)
        {
            if (start >= text.Length)
                throw new InputException($"{path} has {line} lines; more than the {options.SkippedLines} that --skip names were expected.");
            int length = text[start..].IndexOfAny((byte)'\r', (byte)'\n');
            start = CsvScanner.AfterLineEnd(text, length < 0 ? text.Length : start + length);
        }

        return start;
    }

    private static byte[] LineEndAt(ReadOnlySpan<byte> text, int end)
    {
        byte[] lineEnd = text[end..CsvScanner.AfterLineEnd(text, end)].ToArray();
        return lineEnd.Length > 0 ? lineEnd : "\n"u8.ToArray();
    }
}
