using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.Shards;

/// <summary>Cuts a file that is read in blocks: every byte that follows the header belongs to one part, so that parts put together are the
/// file.</summary>
internal static class PartRows
{
    /// <summary>What a part has of a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="part">The rows of the part; null for the whole file, with what stands before its rows.</param>
    /// <returns>Blocks, each with the number of its first row in the file, from 0.</returns>
    public static IEnumerable<(CsvDocument Block, long FirstRow)> Read(CsvBlocks file, RowRange? part)
    {
        long first = 0;
        foreach (CsvDocument block in file.Read())
        {
            int count = block.RowCount;
            if (part is not { } range)
                yield return (block, first);
            else if (count == 0 && IsOwn(range, first))
                yield return (block.Rows(0, 0), first);
            else if (count > 0 && first < range.First + range.Count && first + count > range.First)
            {
                int from = (int)Math.Max(0, range.First - first);
                yield return (block.Rows(from, (int)Math.Min(count, range.First + range.Count - first)), first + from);
            }

            first += count;
            // What follows the last row may be blank lines, which are a part's too.
            if (part is { } own && first >= own.First + own.Count && own.First + own.Count < own.Total)
                yield break;
        }
    }

    // Blank lines without a row go with the row that follows, or with the last one; in a file without rows with the first part.
    private static bool IsOwn(RowRange part, long next)
    {
        long row = Math.Min(next, Math.Max(0, part.Total - 1));
        return part.Total == 0 ? part.IsFirst : part.First <= row && row < part.First + part.Count;
    }
}
