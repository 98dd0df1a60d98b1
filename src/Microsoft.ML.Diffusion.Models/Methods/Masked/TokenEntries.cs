using Microsoft.ML.Diffusion.Models.Encoders;

namespace Microsoft.ML.Diffusion.Models.Methods.Masked;

/// <summary>The inputs of one token of a <see cref="TokenInput"/>, without those that are zero, in ascending order. Nothing is stored: a
/// number may have as many inputs as it has bins.</summary>
/// <param name="column">The token's column.</param>
/// <param name="start">The first input of the column.</param>
/// <param name="token">The token.</param>
internal struct TokenEntries(TokenColumn column, int start, int token)
{
    // The entry that says that the column is known, that of a frequent token, and those of a number's place.
    private const int Known = 0, Frequent = 1, Position = 2, FirstComponent = 3;

    private readonly bool _hasPlace = !column.Positions.IsEmpty && token != column.MissingToken;
    private readonly float _place = (float)token * column.Components / Math.Max(1, column.ValueTokens - 1);
    private int _next;

    /// <summary>The input and its value.</summary>
    public (int Input, float Value) Current { get; private set; }

    /// <summary>What a loop goes over.</summary>
    public readonly TokenEntries GetEnumerator() => this;

    /// <summary>Goes on to the next entry; whether there is one.</summary>
    public bool MoveNext()
    {
        int entry = _next++;
        if (entry == Frequent && !column.IsFrequent(token))
            entry = _next++;
        if (entry >= Position && !_hasPlace)
            return false;
        int places = start + 1 + column.Count, component = entry - FirstComponent;
        Current = entry switch
        {
            Known => (start, 1),
            Frequent => (start + 1 + token, 1),
            Position => (places, column.Positions[token]),
            _ => (places + 1 + component, Math.Min(_place - component, 1)),
        };
        return component < 0 || (component < column.Components && _place > component);
    }
}
