using Microsoft.ML.Diffusion.Models.Encoders;

namespace Microsoft.ML.Diffusion.Models.Methods.Masked;

/// <summary>What a <see cref="MaskedDenoiser"/> sees of a row of tokens. Per column whether it is known and a one-hot of a frequent
/// token; per
/// number also its place among the values, as a normal quantile and in piecewise linear encoding. What is unknown is all zeros.</summary>
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
            int token = tokens[i];
            if (token < 0)
                continue;
            TokenColumn column = _columns[i];
            Span<float> own = input[_starts[i]..];
            own[0] = 1;
            if (column.IsFrequent(token))
                own[1 + token] = 1;
            if (column.Positions.IsEmpty || token == column.MissingToken)
                continue;
            own = own[(1 + column.Count)..];
            own[0] = column.Positions[token];
            float place = (float)token * column.Components / Math.Max(1, column.ValueTokens - 1);
            for (int component = 0; component < column.Components; component++)
                own[1 + component] = Math.Clamp(place - component, 0, 1);
        }
    }
}
