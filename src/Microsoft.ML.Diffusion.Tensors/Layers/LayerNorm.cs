namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>Layer normalisation (Ba et al. 2016): each row to mean 0 and variance 1, then a gain and a bias per column.</summary>
public sealed class LayerNorm : Module
{
    private readonly float _epsilon;

    /// <summary>Creates the layer with gain one and bias zero.</summary>
    /// <param name="columns">Columns of what goes in.</param>
    /// <param name="epsilon">Added to the variance.</param>
    public LayerNorm(int columns, float epsilon = 1e-5f)
    {
        _epsilon = epsilon;
        Gain = AddParameter("weight", new Shape(columns));
        Bias = AddParameter("bias", new Shape(columns));
        Initializer.Constant(Gain, 1);
    }

    /// <summary>[columns].</summary>
    public Parameter Gain { get; }

    /// <summary>[columns].</summary>
    public Parameter Bias { get; }

    /// <summary>Normalises each row.</summary>
    public Tensor Forward(Tape tape, Tensor x) => tape.LayerNorm(x, Gain, Bias, _epsilon);
}
