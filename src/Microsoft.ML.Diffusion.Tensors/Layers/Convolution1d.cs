namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>A convolution along the positions of each row, with zeros beyond the ends, that keeps their number.</summary>
/// <remarks>A product of matrices over each position and its neighbours (<see cref="Tape.Convolution"/>), so it runs at the speed of
/// <see cref="Linear"/>. Halving and doubling the number of positions need none of it: a convolution of two positions with a stride of two
/// is a linear layer over pairs of positions, and its transpose one that makes pairs (<see cref="Tape.Reshape"/>).</remarks>
public sealed class Convolution1d : Module
{
    private readonly Linear _linear;
    private readonly int _kernel;

    /// <summary>Creates the layer, its weight and bias uniform within 1/sqrt(kernel inputs).</summary>
    /// <param name="inputs">Channels of what goes in.</param>
    /// <param name="outputs">Channels of what comes out.</param>
    /// <param name="kernel">How many positions are seen from each; odd.</param>
    /// <param name="random">Where the first weights come from.</param>
    public Convolution1d(int inputs, int outputs, int kernel, Philox random)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(kernel % 2, 1, nameof(kernel));
        _kernel = kernel;
        _linear = AddModule("linear", new Linear(kernel * inputs, outputs, random));
    }

    /// <summary>[kernel times inputs, outputs]: the position before first.</summary>
    public Parameter Weight => _linear.Weight;

    /// <summary>Sets weight and bias to zero, so that the layer answers zero at first.</summary>
    public Convolution1d Zero()
    {
        _linear.Zero();
        return this;
    }

    /// <summary>Convolves.</summary>
    /// <param name="tape">The step.</param>
    /// <param name="x">[rows times length, inputs], a row's positions one after another.</param>
    /// <param name="length">Positions of a row.</param>
    /// <param name="residual">[rows times length, outputs], added to the result; or none.</param>
    public Tensor Forward(Tape tape, Tensor x, int length, Tensor? residual = null) =>
        tape.Convolution(x, length, _kernel, _linear.Weight, _linear.Bias, residual);
}
