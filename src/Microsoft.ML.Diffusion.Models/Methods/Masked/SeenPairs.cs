using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Persistence;

namespace Microsoft.ML.Diffusion.Models.Methods.Masked;

/// <summary>Which categories of two columns rows have together. A pair that one row alone has counts as one that none has, so that no row
/// is told from its absence.</summary>
internal sealed class SeenPairs
{
    // The pairs of so many categories take half a megabyte; columns that do not fit are left out, the largest first.
    private const int MostCategories = 2048;

    // Pairs of fewer rows count as unseen.
    private const int FewestRows = 2;

    private readonly int[] _starts;
    private readonly int _count;
    private readonly ulong[] _seen;

    private SeenPairs(int[] starts, int count, ulong[] seen) => (_starts, _count, _seen) = (starts, count, seen);

    /// <summary>The share of the training rows with a pair that no other row has: as many of the rows that were not learnt from have a
    /// pair that no training row has (Good 1953).</summary>
    public double Expected { get; private init; }

    /// <summary>Looks at the rows; null where fewer than two columns hold categories.</summary>
    /// <param name="columns">The columns.</param>
    /// <param name="tokens">The rows, one after another.</param>
    public static SeenPairs? Of(TokenColumn[] columns, int[] tokens)
    {
        (int[] starts, int count) = Layout(columns);
        if (starts.Count(start => start >= 0) < 2)
            return null;
        // No more than matters is counted.
        byte[] rows = new byte[count * count];
        ForEachPair(starts, count, tokens, (pair, _) => rows[pair] = (byte)Math.Min(rows[pair] + 1, FewestRows));
        bool[] isRare = new bool[tokens.Length / columns.Length];
        ForEachPair(starts, count, tokens, (pair, row) => isRare[row] |= rows[pair] == 1);
        ulong[] seen = new ulong[(rows.Length + 63) / 64];
        for (int pair = 0; pair < rows.Length; pair++)
            seen[pair / 64] |= rows[pair] >= FewestRows ? 1UL << (pair % 64) : 0;
        return new SeenPairs(starts, count, seen) { Expected = isRare.Average(rare => rare ? 1.0 : 0) };
    }

    /// <summary>Whether a row has a pair that was not seen.</summary>
    public bool IsNew(ReadOnlySpan<int> row)
    {
        for (int i = 0; i < row.Length; i++)
        {
            if (_starts[i] < 0 || row[i] < 0)
                continue;
            for (int j = 0; j < i; j++)
            {
                if (_starts[j] >= 0 && row[j] >= 0 && !IsSeen((_starts[i] + row[i]) * _count + _starts[j] + row[j]))
                    return true;
            }
        }
        return false;
    }

    /// <summary>Adds to the logits of tokens that make a pair which was not seen.</summary>
    /// <param name="column">The column that is drawn.</param>
    /// <param name="row">What is known of the row; negative where nothing is.</param>
    /// <param name="factor">What is added.</param>
    /// <param name="logits">One of each token.</param>
    public void Add(int column, ReadOnlySpan<int> row, float factor, Span<float> logits)
    {
        if (_starts[column] < 0)
            return;
        for (int token = 0; token < logits.Length; token++)
        {
            int first = (_starts[column] + token) * _count;
            for (int j = 0; j < row.Length; j++)
            {
                if (j == column || _starts[j] < 0 || row[j] < 0 || IsSeen(first + _starts[j] + row[j]))
                    continue;
                logits[token] += factor;
                break;
            }
        }
    }

    public void Save(BinaryWriter writer) => writer.WriteArray(_seen);

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static SeenPairs Load(BinaryReader reader, TokenColumn[] columns)
    {
        (int[] starts, int count) = Layout(columns);
        ulong[] seen = reader.ReadArray<ulong>();
        CheckedReading.Require(seen.Length == (count * count + 63) / 64, "the pairs of categories are not those of the columns");
        return new SeenPairs(starts, count, seen);
    }

    private static (int[] Starts, int Count) Layout(TokenColumn[] columns)
    {
        int[] starts = new int[columns.Length];
        Array.Fill(starts, -1);
        int count = 0;
        foreach (int i in Enumerable.Range(0, columns.Length).Where(i => columns[i].Positions.IsEmpty).OrderBy(i => columns[i].Count))
        {
            if (count + columns[i].Count > MostCategories)
                break;
            starts[i] = count;
            count += columns[i].Count;
        }
        return (starts, count);
    }

    /// <summary>Goes over both places of every pair of every row.</summary>
    /// <param name="starts">Where each column's categories begin.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="tokens">The rows.</param>
    /// <param name="action">Receives the place of a pair, and the row.</param>
    private static void ForEachPair(int[] starts, int count, int[] tokens, Action<int, int> action)
    {
        int[] columns = [.. Enumerable.Range(0, starts.Length).Where(i => starts[i] >= 0)];
        for (int row = 0; row < tokens.Length / starts.Length; row++)
        {
            foreach (int i in columns)
            {
                int token = tokens[row * starts.Length + i];
                if (token < 0)
                    continue;
                int first = (starts[i] + token) * count;
                foreach (int j in columns)
                {
                    int other = tokens[row * starts.Length + j];
                    if (i != j && other >= 0)
                        action(first + starts[j] + other, row);
                }
            }
        }
    }

    private bool IsSeen(int pair) => (_seen[pair / 64] >> (pair % 64) & 1) != 0;
}
