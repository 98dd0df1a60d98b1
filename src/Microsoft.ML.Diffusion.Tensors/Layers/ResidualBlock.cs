namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>
/// x + W2 dropout(act(W1 norm(x) + b1 + Wc condition)) + b2: a pre-norm residual block (Gorishniy et al. 2021, section 3.2) with
/// an optional condition, such as a timestep embedding, added before the activation.
/// </summary>
public sealed class ResidualBlock : Module
{
    private readonly LayerNorm _norm;
    private readonly Linear _first;
    private readonly Linear? _condition;
    private readonly Linear _second;
    private readonly Activation _activation;
    private readonly float _dropout;

    /// <summary>Creates the block.</summary>
    /// <param name="columns">Columns of what goes in and comes out.</param>
    /// <param name="hidden">Columns between the two layers.</param>
    /// <param name="random">Where the first weights come from.</param>
    /// <param name="activation">The function between the two layers.</param>
    /// <param name="conditionColumns">Columns of the condition; 0 for none.</param>
    /// <param name="dropout">The probability of dropping a hidden element while training.</param>
    public ResidualBlock(
        int columns, int hidden, Philox random, Activation activation = Activation.SiLU, int conditionColumns = 0, float dropout = 0)
    {
        (_activation, _dropout) = (activation, dropout);
        _norm = AddModule("norm", new LayerNorm(columns));
        _first = AddModule("first", new Linear(columns, hidden, random.Fork(0)));
        if (conditionColumns > 0)
            _condition = AddModule("condition", new Linear(conditionColumns, hidden, random.Fork(2), bias: false));
        _second = AddModule("second", new Linear(hidden, columns, random.Fork(1)));
    }

    /// <summary>Runs the block.</summary>
    /// <param name="tape">The step.</param>
    /// <param name="x">[rows, columns].</param>
    /// <param name="condition">[rows, condition columns], where the block was made for one.</param>
    /// <param name="random">This step's and this block's random stream, for dropout.</param>
    public Tensor Forward(Tape tape, Tensor x, Tensor? condition = null, Philox random = default)
    {
        if (_condition is null != condition is null)
            throw new ArgumentException("The block was made " + (_condition is null ? "without" : "for") + " a condition.", nameof(condition));

        Tensor? addend = _condition?.Forward(tape, condition!);
        Tensor hidden = tape.Linear(_norm.Forward(tape, x), _first.Weight, _first.Bias, _activation, residual: null, addend, _dropout, random);
        return _second.Forward(tape, hidden, residual: x);
    }
}
