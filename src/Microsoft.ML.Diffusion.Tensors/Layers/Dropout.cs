namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>Dropout (Srivastava et al. 2014), with the kept elements scaled up while training.</summary>
public sealed class Dropout : Module
{
    /// <summary>Creates the layer.</summary>
    /// <param name="rate">The probability of dropping an element, 0 to below 1.</param>
    public Dropout(float rate)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rate);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(rate, 1);
        Rate = rate;
    }

    /// <summary>The probability of dropping an element.</summary>
    public float Rate { get; }

    /// <summary>Drops out while training; passes x on otherwise.</summary>
    /// <param name="tape">The step.</param>
    /// <param name="x">Any tensor.</param>
    /// <param name="random">This step's and this layer's random stream.</param>
    public Tensor Forward(Tape tape, Tensor x, Philox random) => tape.Dropout(x, Rate, random);
}
