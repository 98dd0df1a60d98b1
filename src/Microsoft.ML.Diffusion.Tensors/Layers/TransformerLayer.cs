namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>A transformer encoder layer (Vaswani et al. 2017, section 3.1) over the tokens of each row: attention, then two linear layers
/// with GELU between them; each is added to what went in, and the sum normalised.</summary>
public sealed class TransformerLayer : Module
{
    private readonly int _heads;
    private readonly float _dropout;
    private readonly Linear _queryKeyValue;
    private readonly Linear _attended;
    private readonly LayerNorm _firstNorm;
    private readonly Linear _first;
    private readonly Linear _second;
    private readonly LayerNorm _secondNorm;

    /// <summary>Creates the layer.</summary>
    /// <param name="channels">Columns of each token.</param>
    /// <param name="heads">The number of attention heads, which divides the channels.</param>
    /// <param name="hidden">Columns between the two linear layers.</param>
    /// <param name="random">Where the first weights come from.</param>
    /// <param name="dropout">The probability of dropping, while training, an element of what the attention gives, of the hidden columns
    /// and of
    /// what the second layer gives.</param>
    public TransformerLayer(int channels, int heads, int hidden, Philox random, float dropout = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(heads, 1);
        ArgumentOutOfRangeException.ThrowIfNotEqual(channels % heads, 0, nameof(channels));
        (_heads, _dropout) = (heads, dropout);
        _queryKeyValue = AddModule("query_key_value", new Linear(channels, 3 * channels, random.Fork(0)));
        _attended = AddModule("attended", new Linear(channels, channels, random.Fork(1)));
        _firstNorm = AddModule("first_norm", new LayerNorm(channels));
        _first = AddModule("first", new Linear(channels, hidden, random.Fork(2)));
        _second = AddModule("second", new Linear(hidden, channels, random.Fork(3)));
        _secondNorm = AddModule("second_norm", new LayerNorm(channels));
        Initializer.Xavier(_queryKeyValue.Weight, random.Fork(0));
        Initializer.Constant(_queryKeyValue.Bias!, 0);
        Initializer.Constant(_attended.Bias!, 0);
    }

    /// <summary>Runs the layer.</summary>
    /// <param name="tape">The step.</param>
    /// <param name="x">[rows times tokens, channels], a row's tokens one after another.</param>
    /// <param name="tokens">Tokens of a row.</param>
    /// <param name="random">This step's and this layer's random stream, for dropout.</param>
    public Tensor Forward(Tape tape, Tensor x, int tokens, Philox random = default)
    {
        Tensor attention = tape.Attention(_queryKeyValue.Forward(tape, x), tokens, _heads);
        Tensor sum = tape.Linear(attention, _attended.Weight, _attended.Bias, residual: x, dropout: _dropout, random: random.Fork(0));
        x = _firstNorm.Forward(tape, sum);
        Tensor hidden = tape.Linear(x, _first.Weight, _first.Bias, Activation.GELU, dropout: _dropout, random: random.Fork(1));
        return _secondNorm.Forward(
            tape, tape.Linear(hidden, _second.Weight, _second.Bias, residual: x, dropout: _dropout, random: random.Fork(2)));
    }
}
