using Microsoft.ML.Diffusion.Models.Encoders;

namespace Microsoft.ML.Diffusion.Models.Methods.Masked;

/// <summary>What a <see cref="MaskedDenoiser"/> sees of a row of tokens. Per column whether it is known and a one-hot of a frequent
/// token; per number also its place among the values, as a normal quantile and in piecewise linear encoding. What is unknown is all
/// zeros.</summary>
internal sealed class TokenInput
{
    private readonly TokenColumn[] _columns;
    private readonly int[] _starts;

    public TokenInput(TokenColumn[] columns)
    {
        _columns = columns;
        _starts = new int[columns.Length];
        for (int i = 0; i < columns.Length; i++)
        {
            _starts[i] = Width;
            Width += 1 + columns[i].Count + (columns[i].Positions.IsEmpty ? 0 : 1 + columns[i].Components);
        }
    }

    /// <summary>The number of columns, of which a row has one token each.</summary>
    public int Columns => _columns.Length;

    /// <summary>The number of inputs.</summary>
    public int Width { get; private set; }

    /// <summary>Writes the inputs for one row.</summary>
    /// <param name="tokens">One token per column, negative where unknown.</param>
    /// <param name="input">Receives <see cref="Width"/> values.</param>
    public void Write(ReadOnlySpan<int> tokens, Span<float> input)
    {
        input.Clear();
        for (int i = 0; i < tokens.Length; i++)
        {
            if (tokens[i] < 0)
                continue;
            foreach ((int at, float value) in Of(i, tokens[i]))
                input[at] = value;
        }
    }

    /// <summary>The inputs of a known column, without those that are zero, in ascending order.</summary>
    /// <param name="column">The column.</param>
    /// <param name="token">Its token.</param>
    public TokenEntries Of(int column, int token) => new(_columns[column], _starts[column], token);
}
