using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.Description;

/// <summary>Counts which columns are missing together, in memory that does not grow with the rows: of the patterns the first 65,536
/// different ones are counted each for itself, and the rows of others together.</summary>
/// <param name="cells">Says which cells are missing.</param>
/// <param name="width">How many columns there are.</param>
internal sealed class MissingPatterns(MissingCells cells, int width)
{
    private const int MostPatterns = 1 << 16;

    // A pattern as one character for 16 columns.
    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly char[] _pattern = new char[(width + 15) / 16];

    /// <summary>Rows of patterns that are not counted each for itself.</summary>
    public long Uncounted { get; private set; }

    /// <summary>Whether no cell is missing.</summary>
    public bool IsComplete => Uncounted == 0 && _counts.Keys.All(pattern => pattern.AsSpan().IndexOfAnyExcept('\0') < 0);

    /// <summary>Looks at the rows of a block.</summary>
    public void Add(CsvDocument block)
    {
        Dictionary<string, long>.AlternateLookup<ReadOnlySpan<char>> counts = _counts.GetAlternateLookup<ReadOnlySpan<char>>();
        for (int row = 0; row < block.RowCount; row++)
        {
            _pattern.AsSpan().Clear();
            for (int column = 0; column < width; column++)
            {
                if (cells.IsMissing(block, row, column))
                    _pattern[column / 16] |= (char)(1 << (column % 16));
            }

            if (counts.TryGetValue(_pattern, out long count))
                counts[_pattern] = count + 1;
            else if (_counts.Count < MostPatterns)
                counts[_pattern] = 1;
            else
                Uncounted++;
        }
    }

    /// <summary>The patterns, the most frequent first; patterns of the same count in the order of their columns.</summary>
    public IReadOnlyList<MissingPattern> MostFrequent() =>
    [
        .. _counts
            .OrderByDescending(pair => pair.Value)
            .ThenBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => new MissingPattern(ColumnsOf(pair.Key), pair.Value)),
    ];

    private int[] ColumnsOf(string pattern) =>
        [.. Enumerable.Range(0, width).Where(column => (pattern[column / 16] & (1 << (column % 16))) != 0)];
}
