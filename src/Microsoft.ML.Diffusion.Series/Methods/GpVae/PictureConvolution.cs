using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Methods.GpVae;

/// <summary>Two convolutions of 3 by 3 over the pixels of each step, from one channel to some filters and back to one, with zeros around
/// the picture (Fortuin et al. 2020, the encoder of Healing MNIST).</summary>
internal sealed class PictureConvolution : Module
{
    private const int Neighbors = 9;

    private readonly int _width;
    private readonly int _height;
    private readonly Convolution2d _first;
    private readonly Convolution2d _second;

    public PictureConvolution(int width, int pixels, int filters, Philox random)
    {
        (_width, _height) = (width, pixels / width);
        _first = AddModule("0", new Convolution2d(1, filters, random.Fork(0)));
        _second = AddModule("1", new Convolution2d(filters, 1, random.Fork(1)));
        GpVaeNetwork.Start(_first.Weight, _first.Bias, Neighbors, Neighbors * filters, random.Fork(0));
        GpVaeNetwork.Start(_second.Weight, _second.Bias, Neighbors * filters, Neighbors, random.Fork(1));
    }

    /// <summary>Runs the convolutions.</summary>
    /// <param name="tape">The step.</param>
    /// <param name="x">[pictures, pixels]; no gradient flows into it.</param>
    /// <returns>[pictures, pixels].</returns>
    public Tensor Forward(Tape tape, Tensor x)
    {
        Tensor pixels = tape.Reshape(x, new Shape(x.Shape.Count, 1));
        Tensor y = tape.ConvolutionPair2d(pixels, _height, _width, _first.Weight, _first.Bias, _second.Weight, _second.Bias);
        return tape.Reshape(y, x.Shape);
    }
}
