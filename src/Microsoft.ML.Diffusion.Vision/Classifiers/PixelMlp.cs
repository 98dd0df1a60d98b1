using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Vision.Classifiers;

/// <summary>The pixel classifier of Zhang et al. (2021) and Baranchuk et al. (2022): linear, ReLU and batch normalisation twice, then a
/// linear layer to the classes.</summary>
internal sealed class PixelMlp : Module
{
    private const float WeightDeviation = 0.02f;

    private readonly Linear _first;
    private readonly BatchNorm _firstNorm;
    private readonly Linear _second;
    private readonly BatchNorm _secondNorm;
    private readonly Linear _last;

    /// <param name="inputs">Features of a pixel.</param>
    /// <param name="first">Columns of the first layer.</param>
    /// <param name="second">Columns of the second layer.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="random">Where the first weights come from: normal with a deviation of 0.02, biases 0.</param>
    public PixelMlp(int inputs, int first, int second, int classes, Philox random)
    {
        _first = AddModule("0", new Linear(inputs, first, random, Activation.ReLU));
        _firstNorm = AddModule("2", new BatchNorm(first));
        _second = AddModule("3", new Linear(first, second, random, Activation.ReLU));
        _secondNorm = AddModule("5", new BatchNorm(second));
        _last = AddModule("6", new Linear(second, classes, random));
        ulong place = 0;
        foreach (Linear layer in new[] { _first, _second, _last })
        {
            Initializer.Normal(layer.Weight, WeightDeviation, random.Fork(place++));
            Initializer.Constant(layer.Bias!, 0);
        }
    }

    /// <summary>The first layer; its activation is a ReLU.</summary>
    public Linear First => _first;

    /// <summary>The normalisation after the first layer.</summary>
    public BatchNorm FirstNorm => _firstNorm;

    /// <summary>The second layer; its activation is a ReLU.</summary>
    public Linear Second => _second;

    /// <summary>The normalisation after the second layer.</summary>
    public BatchNorm SecondNorm => _secondNorm;

    /// <summary>The layer that gives the logits.</summary>
    public Linear Last => _last;

    /// <summary>The weights that gradients change; moving averages are none of them.</summary>
    public IReadOnlyList<Parameter> Trained =>
    [
        _first.Weight, _first.Bias!, _firstNorm.Gain, _firstNorm.Bias, _second.Weight, _second.Bias!, _secondNorm.Gain, _secondNorm.Bias,
        _last.Weight, _last.Bias!,
    ];

    /// <summary>The logits of the classes.</summary>
    /// <param name="tape">The step.</param>
    /// <param name="x">[pixels, features].</param>
    public Tensor Forward(Tape tape, Tensor x)
    {
        x = _firstNorm.Forward(tape, _first.Forward(tape, x));
        x = _secondNorm.Forward(tape, _second.Forward(tape, x));
        return _last.Forward(tape, x);
    }
}
