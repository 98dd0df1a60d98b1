namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>A fully connected layer: act(x W + b).</summary>
public sealed class Linear : Module
{
    private readonly Activation _activation;

    /// <summary>Creates the layer, its weight and bias uniform within 1/sqrt(inputs).</summary>
    /// <param name="inputs">Columns of what goes in.</param>
    /// <param name="outputs">Columns of what comes out.</param>
    /// <param name="random">Where the first weights come from.</param>
    /// <param name="activation">The function applied to the sum.</param>
    /// <param name="bias">Whether there is a bias.</param>
    public Linear(int inputs, int outputs, Philox random, Activation activation = Activation.None, bool bias = true)
    {
        _activation = activation;
        Weight = AddParameter("weight", new Shape(inputs, outputs));
        Initializer.FanIn(Weight, inputs, random.Fork(0));
        if (bias)
        {
            Bias = AddParameter("bias", new Shape(outputs));
            Initializer.FanIn(Bias, inputs, random.Fork(1));
        }
    }

    /// <summary>[inputs, outputs].</summary>
    public Parameter Weight { get; }

    /// <summary>[outputs], or none.</summary>
    public Parameter? Bias { get; }

    /// <summary>Sets weight and bias to zero, so that the layer answers zero at first.</summary>
    public Linear Zero()
    {
        Initializer.Constant(Weight, 0);
        if (Bias is not null)
            Initializer.Constant(Bias, 0);
        return this;
    }

    /// <summary>act(x W + b + addend) + residual.</summary>
    /// <param name="tape">The step.</param>
    /// <param name="x">[rows, inputs].</param>
    /// <param name="residual">[rows, outputs], added after the activation; or none.</param>
    /// <param name="addend">[rows, outputs], added before the activation; or none.</param>
    public Tensor Forward(Tape tape, Tensor x, Tensor? residual = null, Tensor? addend = null) =>
        tape.Linear(x, Weight, Bias, _activation, residual, addend);
}
