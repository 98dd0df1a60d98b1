namespace Microsoft.ML.Diffusion.Tool.Csv;

/// <summary>Finds which of comma, semicolon, tab and pipe parts the cells: the one that cuts the first records into the
/// same number of cells, two or more, and where several do the one that makes the most cells, of like ones not the comma, which stands
/// within numbers too. Where none does, a rarer mark that does; else the one that cuts the header into the most cells (so that the error
/// about ragged lines is a sensible one), and comma where the header has one cell.</summary>
internal static class SeparatorSniffer
{
    private const int SampledRecords = 100;

    private const byte Comma = (byte)',';

    private static readonly byte[] s_usual = [(byte)';', (byte)'\t', (byte)'|', Comma];
    private static readonly byte[] s_rare = [(byte)'^', (byte)'~', 0x1F];

    /// <param name="text">The text, or its beginning.</param>
    /// <param name="start">Where the header starts.</param>
    /// <param name="escapesByBackslash">Whether quotes inside quotes may have a backslash before them.</param>
    /// <param name="isWhole">Whether the text ends where the file does.</param>
    public static byte Sniff(ReadOnlySpan<byte> text, int start, bool escapesByBackslash, bool isWhole)
    {
        (byte best, (bool Even, int Cells) score) = Best(s_usual, text, start, escapesByBackslash, isWhole);
        if (score is { Even: true, Cells: > 1 })
            return best;
        (byte rare, (bool Even, int Cells) rareScore) = Best(s_rare, text, start, escapesByBackslash, isWhole);
        return rareScore is { Even: true, Cells: > 1 } ? rare : best;
    }

    /// <summary>A separator that cuts all records but the first alike, as where a title stands before the header.</summary>
    /// <returns>Null where none does.</returns>
    public static byte? AfterTitle(ReadOnlySpan<byte> text, int afterTitle, bool isWhole)
    {
        (byte best, (bool Even, int Cells) score) = Best(s_usual, text, afterTitle, escapesByBackslash: false, isWhole);
        return score is { Even: true, Cells: > 1 } ? best : null;
    }

    private static (byte Best, (bool Even, int Cells) Score) Best(
        byte[] candidates, ReadOnlySpan<byte> text, int start, bool escapesByBackslash, bool isWhole)
    {
        byte best = Comma;
        (bool Even, int Cells) bestScore = (false, 1);
        foreach (byte candidate in candidates)
        {
            (bool Even, int Cells) score = Score(text, start, new CsvSyntax(candidate, escapesByBackslash), isWhole);
            if (score.Cells > 1 && score.CompareTo(bestScore) > 0)
                (best, bestScore) = (candidate, score);
        }

        return (best, bestScore);
    }

    private static (bool Even, int Cells) Score(ReadOnlySpan<byte> text, int start, CsvSyntax syntax, bool isWhole)
    {
        var scanner = new CsvScanner(text, start, syntax);
        var cells = new List<int>();
        int header = 0;
        try
        {
            for (int record = 0; record < SampledRecords; record++)
            {
                cells.Clear();
                int recordStart = scanner.Position;
                if (!scanner.ReadRecord(cells) || (!isWhole && scanner.Position == text.Length))
                    break;
                if (cells.Count == 1 && cells[0] == recordStart)
                    continue;
                if (header == 0)
                    header = cells.Count;
                else if (cells.Count != header)
                    return (false, header);
            }
        }
        catch (CsvSyntaxException e)
        {
            return (!isWhole && e.IsUnclosed, header);
        }

        return (true, header);
    }
}
