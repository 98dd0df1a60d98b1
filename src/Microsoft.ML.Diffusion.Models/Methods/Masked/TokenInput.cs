using Microsoft.ML.Diffusion.Models.Encoders;

namespace Microsoft.ML.Diffusion.Models.Methods.Masked;

/// <summary>What a <see cref="MaskedDenoiser"/> sees of a row of tokens. Per column whether it is known and a one-hot of a frequent
/// token; per number also where its value, not just its bin, lies among all values, as a normal quantile and in piecewise linear encoding.
/// What is unknown is all zeros.</summary>
internal sealed class TokenInput
{
    /// <summary>Where <see cref="MostEntries"/> is no more than this, entries may lie on the stack.</summary>
    public const int MostOnStack = 256;

    private readonly TokenColumn[] _columns;

    // Per column the input that says that it is known, that of each frequent token, and the first that tells a place.
    private readonly int[] _known;
    private readonly int[][] _frequent;
    private readonly int[] _places;

    public TokenInput(TokenColumn[] columns)
    {
        _columns = columns;
        _known = new int[columns.Length];
        _frequent = new int[columns.Length][];
        _places = new int[columns.Length];
        for (int i = 0; i < columns.Length; i++)
        {
            TokenColumn column = columns[i];
            _known[i] = Width++;
            _frequent[i] = [.. Enumerable.Range(0, column.Count).Select(token => column.IsFrequent(token) ? Width++ : -1)];
            _places[i] = Width;
            int places = column.Positions.IsEmpty ? 0 : 1 + column.Components;
            Width += places;
            MostEntries = Math.Max(MostEntries, 2 + places);
        }
    }

    /// <summary>The number of columns, of which a row has one token each.</summary>
    public int Columns => _columns.Length;

    /// <summary>The number of inputs.</summary>
    public int Width { get; private set; }

    /// <summary>The most inputs that one column has which are not zero.</summary>
    public int MostEntries { get; }

    /// <summary>Writes the inputs for one row.</summary>
    /// <param name="tokens">One token per column, negative where unknown.</param>
    /// <param name="places">Per column the share of its token's values below its value, 0 to 1.</param>
    /// <param name="input">Receives <see cref="Width"/> values.</param>
    public void Write(ReadOnlySpan<int> tokens, ReadOnlySpan<float> places, Span<float> input)
    {
        input.Clear();
        Span<(int Input, float Value)> entries =
            MostEntries <= MostOnStack ? stackalloc (int, float)[MostEntries] : new (int, float)[MostEntries];
        for (int i = 0; i < tokens.Length; i++)
        {
            if (tokens[i] < 0)
                continue;
            foreach ((int at, float value) in entries[..Entries(i, tokens[i], places[i], entries)])
                input[at] = value;
        }
    }

    /// <summary>The inputs of a known column that are not zero.</summary>
    /// <param name="column">The column.</param>
    /// <param name="token">Its token.</param>
    /// <param name="place">The share of the token's values below its value, 0 to 1.</param>
    /// <param name="entries">Receives them; at least <see cref="MostEntries"/>.</param>
    /// <returns>How many there are.</returns>
    public int Entries(int column, int token, float place, Span<(int Input, float Value)> entries)
    {
        TokenColumn own = _columns[column];
        int count = 0;
        entries[count++] = (_known[column], 1);
        if (_frequent[column][token] >= 0)
            entries[count++] = (_frequent[column][token], 1);
        if (own.Positions.IsEmpty || token == own.MissingToken)
            return count;
        entries[count++] = (_places[column], own.PositionOf(token, place));
        // The middle of a token lies at its number.
        float among = (token + place - 0.5f) * own.Components / Math.Max(1, own.ValueTokens - 1);
        for (int component = 0; component < own.Components && among > component; component++)
            entries[count++] = (_places[column] + 1 + component, Math.Min(among - component, 1));
        return count;
    }
}
