using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Methods.Saits;

// The layer, not the folder of the method that draws lines.
using Linear = Microsoft.ML.Diffusion.Tensors.Linear;

/// <summary>A layer of diagonally masked self-attention (Du et al. 2023, section 3.2.2): normalised steps attend to the others and not to
/// themselves, then two linear layers with ReLU between them; each is added to what went in.</summary>
internal sealed class SaitsLayer : Module
{
    private const float Dropout = 0.1f;

    private readonly int _heads;
    private readonly LayerNorm _firstNorm;
    private readonly Linear _queryKeyValue;
    private readonly Linear _attended;
    private readonly LayerNorm _secondNorm;
    private readonly Linear _first;
    private readonly Linear _second;

    public SaitsLayer(int width, int heads, Philox random)
    {
        _heads = heads;
        _firstNorm = AddModule("first_norm", new LayerNorm(width));
        _queryKeyValue = AddModule("query_key_value", new Linear(width, 3 * width, random.Fork(0)));
        _attended = AddModule("attended", new Linear(width, width, random.Fork(1)));
        _secondNorm = AddModule("second_norm", new LayerNorm(width));
        _first = AddModule("first", new Linear(width, 2 * width, random.Fork(2), Activation.ReLU));
        _second = AddModule("second", new Linear(2 * width, width, random.Fork(3)));
    }

    /// <summary>Runs the layer.</summary>
    /// <param name="tape">The step.</param>
    /// <param name="x">[windows times steps, width].</param>
    /// <param name="steps">Steps of a window.</param>
    /// <param name="random">This step's and this layer's random stream, for dropout.</param>
    /// <param name="queryKeyValue">What the attention was made of.</param>
    public Tensor Forward(Tape tape, Tensor x, int steps, Philox random, out Tensor queryKeyValue)
    {
        queryKeyValue = _queryKeyValue.Forward(tape, _firstNorm.Forward(tape, x));
        Tensor attention = tape.Attention(queryKeyValue, steps, _heads, excludesSelf: true);
        x = tape.Linear(attention, _attended.Weight, _attended.Bias, residual: x, dropout: Dropout, random: random.Fork(0));
        Tensor hidden = _first.Forward(tape, _secondNorm.Forward(tape, x));
        return tape.Linear(hidden, _second.Weight, _second.Bias, residual: x, dropout: Dropout, random: random.Fork(1));
    }
}
