using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Methods.Blend.Pictures;

/// <summary>Two convolutions that are added to what went in, each behind a normalisation and SiLU (He et al. 2016; Dhariwal and Nichol
/// 2021). The second one is zero at first.</summary>
internal sealed class PictureBlock : Module
{
    private const int Groups = 8;

    private readonly GroupNorm _firstNorm;
    private readonly Convolution2d _first;
    private readonly GroupNorm _secondNorm;
    private readonly Convolution2d _second;

    /// <param name="channels">Channels, a multiple of 8.</param>
    /// <param name="random">Where the first weights come from.</param>
    public PictureBlock(int channels, Philox random)
    {
        _firstNorm = AddModule("first_norm", new GroupNorm(channels, Groups));
        _first = AddModule("first", new Convolution2d(channels, channels, random.Fork(0)));
        _secondNorm = AddModule("second_norm", new GroupNorm(channels, Groups));
        _second = AddModule("second", new Convolution2d(channels, channels, random.Fork(1)).Zero());
    }

    /// <summary>Runs the block.</summary>
    /// <param name="tape">The step.</param>
    /// <param name="x">[pictures times height times width, channels].</param>
    /// <param name="height">Lines of a picture.</param>
    /// <param name="width">Pixels of a line.</param>
    public Tensor Forward(Tape tape, Tensor x, int height, int width)
    {
        Tensor y = tape.Apply(_firstNorm.Forward(tape, x, height * width), Activation.SiLU);
        y = _first.Forward(tape, y, height, width);
        y = tape.Apply(_secondNorm.Forward(tape, y, height * width), Activation.SiLU);
        return _second.Forward(tape, y, height, width, residual: x);
    }
}
