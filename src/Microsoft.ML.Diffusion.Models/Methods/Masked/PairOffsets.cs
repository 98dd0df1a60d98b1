using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Persistence;

namespace Microsoft.ML.Diffusion.Models.Methods.Masked;

/// <summary>What is added to the logits of a column of two values where another such column has its rarer value, so that rows have two rare
/// values together as often as the training rows: codes of a health record, say.</summary>
/// <remarks>They are the interactions of a log-linear model of pairs (an Ising model) on top of what the network says.</remarks>
internal sealed class PairOffsets
{
    // More columns than this are left out. Of fewer the network knows the pairs well enough, and rows need not be made so many times.
    private const int FewestColumns = 8, MostColumns = 512;

    // Of every column its rarer token, or -1 for one that is left out, and its place among the others.
    private readonly int[] _rarer;
    private readonly int[] _places;

    // Of the pairs below the diagonal, row after row.
    private readonly float[] _offsets;

    private PairOffsets(int[] rarer, float[] offsets)
    {
        (_rarer, _offsets) = (rarer, offsets);
        _places = new int[rarer.Length];
        for (int i = 0, place = 0; i < rarer.Length; i++)
            _places[i] = rarer[i] < 0 ? -1 : place++;
    }

    /// <summary>How many pairs there are.</summary>
    public int Count => _offsets.Length;

    /// <summary>No offsets yet; null where fewer than eight columns have two values.</summary>
    /// <param name="columns">The columns.</param>
    /// <param name="tokens">The training rows.</param>
    /// <param name="label">A column that is left out; null for none.</param>
    public static PairOffsets? Of(TokenColumn[] columns, int[] tokens, int? label)
    {
        int width = columns.Length;
        int[] pairs = [.. Enumerable.Range(0, width).Where(i => i != label && HasTwoValues(columns[i])).Take(MostColumns)];
        if (pairs.Length < FewestColumns)
            return null;
        int[] seconds = new int[width], known = new int[width], rarer = new int[width];
        for (int cell = 0; cell < tokens.Length; cell++)
        {
            known[cell % width] += tokens[cell] >= 0 ? 1 : 0;
            seconds[cell % width] += tokens[cell] == 1 ? 1 : 0;
        }
        Array.Fill(rarer, -1);
        foreach (int i in pairs)
            rarer[i] = 2 * seconds[i] <= known[i] ? 1 : 0;
        return new PairOffsets(rarer, new float[PairsOf(pairs.Length)]);
    }

    /// <summary>The share of rows that have both rarer values, of every pair.</summary>
    public double[] Shares(int[] tokens)
    {
        double[] both = new double[Count];
        int rows = tokens.Length / _places.Length;
        List<int> rare = [];
        for (int row = 0; row < rows; row++)
        {
            rare.Clear();
            for (int i = 0; i < _places.Length; i++)
            {
                if (_places[i] < 0 || tokens[row * _places.Length + i] != _rarer[i])
                    continue;
                foreach (int other in rare)
                    both[Pair(_places[i], other)]++;
                rare.Add(_places[i]);
            }
        }
        return Array.ConvertAll(both, count => count / Math.Max(1, rows));
    }

    /// <summary>The same pairs with other offsets.</summary>
    public PairOffsets With(double[] offsets) => new(_rarer, Array.ConvertAll(offsets, offset => (float)offset));

    /// <summary>Adds the offsets to the logits of a column.</summary>
    /// <param name="column">The column that is drawn.</param>
    /// <param name="row">What is known of the row.</param>
    /// <param name="logits">One of each token.</param>
    public void Add(int column, ReadOnlySpan<int> row, Span<float> logits)
    {
        int place = _places[column];
        if (place < 0)
            return;
        float sum = 0;
        for (int i = 0; i < row.Length; i++)
        {
            if (row[i] == _rarer[i] && _places[i] >= 0 && i != column)
                sum += _offsets[Pair(place, _places[i])];
        }
        logits[_rarer[column]] += sum;
    }

    /// <summary>Counts with what probability a row gets both rarer values.</summary>
    /// <param name="column">The column that is drawn.</param>
    /// <param name="row">What is known of the row.</param>
    /// <param name="weights">What the probabilities of the tokens are proportional to.</param>
    /// <param name="both">Of every pair the probabilities so far.</param>
    public void Expect(int column, ReadOnlySpan<int> row, ReadOnlySpan<float> weights, Span<double> both)
    {
        int place = _places[column];
        if (place < 0)
            return;
        double share = weights[_rarer[column]] / (double)(weights[0] + weights[1]);
        for (int i = 0; i < row.Length; i++)
        {
            if (row[i] == _rarer[i] && _places[i] >= 0 && i != column)
                both[Pair(place, _places[i])] += share;
        }
    }

    public void Save(BinaryWriter writer)
    {
        writer.WriteArray(_rarer);
        writer.WriteArray(_offsets);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static PairOffsets Load(BinaryReader reader, TokenColumn[] columns)
    {
        int[] rarer = reader.ReadArray<int>();
        bool isSound = rarer.Length == columns.Length
            && Enumerable.Range(0, rarer.Length).All(i => rarer[i] == -1 || (rarer[i] is 0 or 1 && HasTwoValues(columns[i])));
        int count = rarer.Count(token => token >= 0);
        CheckedReading.Require(isSound && count <= MostColumns, "the rarer values of columns make no sense");
        return new PairOffsets(rarer, reader.ReadFiniteSingles("offsets of pairs", PairsOf(count)));
    }

    private static bool HasTwoValues(TokenColumn column) => column.Count == 2 && column.MissingToken < 0;

    private static int PairsOf(int columns) => columns * (columns - 1) / 2;

    private static int Pair(int first, int second)
    {
        (int high, int low) = first > second ? (first, second) : (second, first);
        return high * (high - 1) / 2 + low;
    }
}
