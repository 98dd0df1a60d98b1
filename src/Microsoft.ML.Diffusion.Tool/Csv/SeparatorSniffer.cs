namespace Microsoft.ML.Diffusion.Tool.Csv;

/// <summary>Finds which of comma, semicolon and tab parts the cells: the one that cuts the first records into the
/// same number of cells, two or more, and where several do the one that makes the most cells. Where none does, the
/// one that cuts the header into the most cells (so that the error about ragged lines is a sensible one), and comma
/// where the header has one cell.</summary>
internal static class SeparatorSniffer
{
    private const int SampledRecords = 100;

    private static readonly byte[] s_candidates = [(byte)',', (byte)';', (byte)'\t'];

    public static byte Sniff(ReadOnlySpan<byte> text, int start)
    {
        byte best = s_candidates[0];
        (bool Even, int Cells) bestScore = (false, 1);
        foreach (byte candidate in s_candidates)
        {
            (bool Even, int Cells) score = Score(text, start, candidate);
            if (score.Cells > 1 && score.CompareTo(bestScore) > 0)
                (best, bestScore) = (candidate, score);
        }

        return best;
    }

    private static (bool Even, int Cells) Score(ReadOnlySpan<byte> text, int start, byte separator)
    {
        var scanner = new CsvScanner(text, start, separator);
        var cells = new List<int>();
        int header = 0;
        try
        {
            for (int record = 0; record < SampledRecords; record++)
            {
                cells.Clear();
                int recordStart = scanner.Position;
                if (!scanner.ReadRecord(cells))
                    break;
                if (cells.Count == 1 && cells[0] == recordStart)
                    continue;
                if (header == 0)
                    header = cells.Count;
                else if (cells.Count != header)
                    return (false, header);
            }
        }
        catch (CsvSyntaxException)
        {
            return (false, header);
        }

        return (true, header);
    }
}
