using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Stasy;

/// <summary>A layer that the noise opens and shuts (Grathwohl et al. 2019, "FFJORD"; Kim, Lee, Park 2023, section 3.1):
/// (x W + b) sigmoid(sigma g + c) + sigma d, put beside its input, and of all that is negative a fifth.</summary>
internal sealed class ConcatSquash : Module
{
    private const float NegativeShare = 0.2f;

    private readonly Linear _layer;
    private readonly Linear _gate;
    private readonly Linear _shift;

    /// <param name="inputs">Columns of what goes in.</param>
    /// <param name="outputs">Columns that are added to it.</param>
    /// <param name="random">Where the first weights come from.</param>
    public ConcatSquash(int inputs, int outputs, Philox random)
    {
        _layer = AddModule("layer", new Linear(inputs, outputs, random.Fork(0)));
        _gate = AddModule("gate", new Linear(1, outputs, random.Fork(1), Activation.Sigmoid));
        _shift = AddModule("shift", new Linear(1, outputs, random.Fork(2), bias: false));
    }

    /// <param name="tape">The step.</param>
    /// <param name="x">[rows, inputs].</param>
    /// <param name="sigma">[rows, 1].</param>
    /// <returns>[rows, outputs + inputs].</returns>
    public Tensor Forward(Tape tape, Tensor x, Tensor sigma)
    {
        Tensor gated = tape.Multiply(_layer.Forward(tape, x), _gate.Forward(tape, sigma));
        Tensor both = tape.Concat(tape.Add(gated, _shift.Forward(tape, sigma)), x);
        // Leaky: what is positive, and a fifth of what is not.
        return tape.Add(tape.Scale(both, NegativeShare), tape.Scale(tape.Apply(both, Activation.ReLU), 1 - NegativeShare));
    }
}
