namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>Group normalisation (Wu and He 2018): each group of channels over all positions of a row to mean 0 and variance 1, then a
/// gain and
/// a bias per channel.</summary>
public sealed class GroupNorm : Module
{
    private readonly int _groups;
    private readonly float _epsilon;

    /// <summary>Creates the layer with gain one and bias zero.</summary>
    /// <param name="channels">Columns of what goes in.</param>
    /// <param name="groups">The number of groups, which divides the channels.</param>
    /// <param name="epsilon">Added to the variance.</param>
    public GroupNorm(int channels, int groups, float epsilon = 1e-5f)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(groups, 1);
        ArgumentOutOfRangeException.ThrowIfNotEqual(channels % groups, 0, nameof(channels));
        (_groups, _epsilon) = (groups, epsilon);
        Gain = AddParameter("weight", new Shape(channels));
        Bias = AddParameter("bias", new Shape(channels));
        Initializer.Constant(Gain, 1);
    }

    /// <summary>[channels].</summary>
    public Parameter Gain { get; }

    /// <summary>[channels].</summary>
    public Parameter Bias { get; }

    /// <summary>Normalises.</summary>
    /// <param name="tape">The step.</param>
    /// <param name="x">[rows times length, channels], a row's positions one after another.</param>
    /// <param name="length">Positions of a row.</param>
    public Tensor Forward(Tape tape, Tensor x, int length) => tape.GroupNorm(x, length, _groups, Gain, Bias, _epsilon);
}
