using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Vision.Network;

/// <summary>A residual block of the U-Net (Dhariwal and Nichol 2021, section 3 and appendix A): normalisation, SiLU, a change of size where
/// wanted, a convolution; then normalisation, scale and shift from the step, SiLU, dropout, and a convolution that is zero at
/// first.</summary>
internal sealed class UNetResidualBlock : Module
{
    private readonly GroupNorm _firstNorm;
    private readonly Convolution2d _first;
    private readonly Linear _step;
    private readonly GroupNorm _secondNorm;
    private readonly Convolution2d _second;
    private readonly Linear? _skip;
    private readonly PictureResize _resize;
    private readonly float _dropout;

    /// <param name="inputs">Channels of what goes in.</param>
    /// <param name="outputs">Channels of what comes out.</param>
    /// <param name="embedding">Columns of the step's embedding.</param>
    /// <param name="settings">Groups and dropout.</param>
    /// <param name="resize">What becomes of the size.</param>
    /// <param name="random">Where the first weights come from.</param>
    public UNetResidualBlock(int inputs, int outputs, int embedding, UNetSettings settings, PictureResize resize, Philox random)
    {
        (_resize, _dropout) = (resize, settings.Dropout);
        _firstNorm = AddModule("in_layers.0", new GroupNorm(inputs, settings.Groups));
        _first = AddModule("in_layers.2", new Convolution2d(inputs, outputs, random.Fork(0)));
        _step = AddModule("emb_layers.1", new Linear(embedding, 2 * outputs, random.Fork(1)));
        _secondNorm = AddModule("out_layers.0", new GroupNorm(outputs, settings.Groups));
        _second = AddModule("out_layers.3", new Convolution2d(outputs, outputs, random.Fork(2)).Zero());
        if (inputs != outputs)
            _skip = AddModule("skip_connection", new Linear(inputs, outputs, random.Fork(3)));
    }

    /// <summary>Runs the block.</summary>
    /// <param name="tape">The step.</param>
    /// <param name="x">The pictures.</param>
    /// <param name="embedding">[pictures, columns]: what is known of each picture's step.</param>
    /// <param name="random">This step's and this block's random stream, for dropout.</param>
    public FeatureMap Forward(Tape tape, FeatureMap x, Tensor embedding, Philox random)
    {
        Tensor normal = tape.Apply(_firstNorm.Forward(tape, x.Values, x.Pixels), Activation.SiLU);
        FeatureMap hidden = new FeatureMap(normal, x.Size).Resized(tape, _resize);
        x = x.Resized(tape, _resize);
        Tensor h = _first.Forward(tape, hidden.Values, x.Size, x.Size);
        h = tape.Modulate(_secondNorm.Forward(tape, h, x.Pixels), _step.Forward(tape, embedding), x.Pixels);
        h = tape.Dropout(tape.Apply(h, Activation.SiLU), _dropout, random);
        Tensor skip = _skip is null ? x.Values : _skip.Forward(tape, x.Values);
        return x with { Values = _second.Forward(tape, h, x.Size, x.Size, residual: skip) };
    }
}
