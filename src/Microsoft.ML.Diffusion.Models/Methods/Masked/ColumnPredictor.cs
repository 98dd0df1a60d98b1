using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Masked;

/// <summary>A trained <see cref="MaskedDenoiser"/> that is asked for one column after another. What the first layer makes of a row is kept
/// while the row grows, so that a cell costs as much as it has inputs that are not zero; and only the tokens of the column that is asked
/// for are computed.</summary>
internal sealed class ColumnPredictor
{
    private readonly MaskedDenoiser _denoiser;
    private readonly Linear[] _heads;

    /// <param name="denoiser">The network; it must not be trained any more.</param>
    /// <param name="groups">The slots of each column.</param>
    public ColumnPredictor(MaskedDenoiser denoiser, ColumnGroups groups)
    {
        _denoiser = denoiser;
        _heads = denoiser.Heads(groups);
    }

    /// <summary>The width of a row's state.</summary>
    public int Width => _denoiser.Width;

    /// <summary>Writes the state of a row of which nothing is known.</summary>
    /// <param name="state">[<see cref="Width"/>].</param>
    public void Start(Span<float> state) => _denoiser.First.Bias!.Value.CopyTo(state);

    /// <summary>Adds what becomes known of a row to its state.</summary>
    /// <param name="state">[<see cref="Width"/>].</param>
    /// <param name="column">A column that was unknown.</param>
    /// <param name="token">Its token.</param>
    /// <param name="place">The share of the token's values below its value, 0 to 1.</param>
    public void Add(Span<float> state, int column, int token, float place)
    {
        TokenInput input = _denoiser.Input;
        int most = input.MostEntries;
        Span<(int Input, float Value)> entries = most <= TokenInput.MostOnStack ? stackalloc (int, float)[most] : new (int, float)[most];
        ReadOnlySpan<float> weights = _denoiser.First.Weight.Value;
        foreach ((int at, float value) in entries[..input.Entries(column, token, place, entries)])
            VectorSums.Add(state, weights.Slice(at * state.Length, state.Length), value);
    }

    /// <summary>What the logits of all columns are computed from.</summary>
    /// <param name="tape">The step.</param>
    /// <param name="states">[rows, <see cref="Width"/>].</param>
    public Tensor Hidden(Tape tape, Tensor states) => _denoiser.Hidden(tape, states);

    /// <summary>The logits of one column.</summary>
    /// <param name="tape">The step.</param>
    /// <param name="hidden">From <see cref="Hidden"/>.</param>
    /// <param name="column">The column.</param>
    /// <returns>[rows, tokens of the column].</returns>
    public Tensor Logits(Tape tape, Tensor hidden, int column) => _heads[column].Forward(tape, hidden);

    /// <summary>Predicts one column for rows of which the network is told some others.</summary>
    /// <param name="tape">The step, which is reset.</param>
    /// <param name="table">All rows of a table.</param>
    /// <param name="rows">The rows that are asked for.</param>
    /// <param name="known">The columns that it is told.</param>
    /// <param name="column">The column.</param>
    /// <returns>[rows, tokens of the column]: logits.</returns>
    public Tensor Predict(Tape tape, TokenRows table, ReadOnlySpan<int> rows, ReadOnlySpan<int> known, int column)
    {
        tape.Reset();
        Tensor states = tape.Input(new Shape(rows.Length, Width));
        for (int n = 0; n < rows.Length; n++)
        {
            Span<float> state = states.Data.Slice(n * Width, Width);
            Start(state);
            foreach (int each in known)
            {
                int cell = (rows[n] * _denoiser.Input.Columns) + each;
                if (table.Tokens[cell] >= 0)
                    Add(state, each, table.Tokens[cell], table.Places[cell]);
            }
        }
        return Logits(tape, Hidden(tape, states), column);
    }
}
