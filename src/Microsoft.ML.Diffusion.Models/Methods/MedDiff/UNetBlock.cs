using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.MedDiff;

/// <summary>Two convolutions, each after group normalisation and SiLU, with the embedding of the noise level added between them; what
/// went in
/// is added at the end and the sum divided by the root of 2, so that its size stays (Song et al. 2021, appendix H.1).</summary>
internal sealed class UNetBlock : Module
{
    /// <summary>What a sum of two things of size one is multiplied by.</summary>
    internal const float Rescale = 0.70710678f;

    private readonly GroupNorm _firstNorm;
    private readonly Convolution1d _first;
    private readonly Linear _condition;
    private readonly GroupNorm _secondNorm;
    private readonly Convolution1d _second;
    private readonly Linear? _shortcut;

    /// <param name="inputs">Channels of what goes in.</param>
    /// <param name="outputs">Channels of what comes out.</param>
    /// <param name="conditionWidth">Columns of the embedding.</param>
    /// <param name="random">Where the first weights come from.</param>
    public UNetBlock(int inputs, int outputs, int conditionWidth, Philox random)
    {
        _firstNorm = AddModule("first_norm", new GroupNorm(inputs, Groups(inputs)));
        _first = AddModule("first", new Convolution1d(inputs, outputs, 3, random.Fork(0)));
        _condition = AddModule("condition", new Linear(conditionWidth, outputs, random.Fork(1)));
        _secondNorm = AddModule("second_norm", new GroupNorm(outputs, Groups(outputs)));
        _second = AddModule("second", new Convolution1d(outputs, outputs, 3, random.Fork(2)).Zero());
        _shortcut = inputs == outputs ? null : AddModule("shortcut", new Linear(inputs, outputs, random.Fork(3)));
    }

    /// <summary>Eight groups, or as many as divide the channels.</summary>
    internal static int Groups(int channels) => Enumerable.Range(1, 8).Last(groups => channels % groups == 0);

    /// <summary>Runs the block.</summary>
    /// <param name="tape">The step.</param>
    /// <param name="x">[rows times length, inputs].</param>
    /// <param name="length">Positions of a row.</param>
    /// <param name="condition">[rows, condition columns].</param>
    /// <returns>[rows times length, outputs].</returns>
    public Tensor Forward(Tape tape, Tensor x, int length, Tensor condition)
    {
        Tensor h = _first.Forward(tape, tape.Apply(_firstNorm.Forward(tape, x, length), Activation.SiLU), length);
        h = tape.AddRepeated(h, _condition.Forward(tape, condition), length);
        h = tape.Apply(_secondNorm.Forward(tape, h, length), Activation.SiLU);
        return tape.Scale(_second.Forward(tape, h, length, residual: _shortcut?.Forward(tape, x) ?? x), Rescale);
    }
}
