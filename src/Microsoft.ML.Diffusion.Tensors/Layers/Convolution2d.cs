namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>A convolution of 3 x 3 pixels with zeros around the picture, which keeps its size (<see cref="Tape.Convolution2d"/>).</summary>
public sealed class Convolution2d : Module
{
    /// <summary>Pixels that each output is made of.</summary>
    private const int Kernel = 9;

    /// <summary>Creates the layer, its weight and bias uniform within 1/sqrt(9 inputs).</summary>
    /// <param name="inputs">Channels of what goes in.</param>
    /// <param name="outputs">Channels of what comes out.</param>
    /// <param name="random">Where the first weights come from.</param>
    public Convolution2d(int inputs, int outputs, Philox random)
    {
        Weight = AddParameter("weight", new Shape(checked(Kernel * inputs), outputs));
        Bias = AddParameter("bias", new Shape(outputs));
        Initializer.FanIn(Weight, Kernel * inputs, random.Fork(0));
        Initializer.FanIn(Bias, Kernel * inputs, random.Fork(1));
    }

    /// <summary>[9 times inputs, outputs]: the pixel above and to the left first, then on along the line, then the next line.</summary>
    public Parameter Weight { get; }

    /// <summary>[outputs].</summary>
    public Parameter Bias { get; }

    /// <summary>Sets weight and bias to zero, so that the layer answers zero at first.</summary>
    public Convolution2d Zero()
    {
        Initializer.Constant(Weight, 0);
        Initializer.Constant(Bias, 0);
        return this;
    }

    /// <summary>Convolves.</summary>
    /// <param name="tape">The step.</param>
    /// <param name="x">[pictures times height times width, inputs].</param>
    /// <param name="height">Lines of a picture.</param>
    /// <param name="width">Pixels of a line.</param>
    /// <param name="residual">[pictures times height times width, outputs], added to the result; or none.</param>
    public Tensor Forward(Tape tape, Tensor x, int height, int width, Tensor? residual = null) =>
        tape.Convolution2d(x, height, width, Weight, Bias, residual);
}
