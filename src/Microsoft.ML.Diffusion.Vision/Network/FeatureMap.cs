using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Vision.Network;

/// <summary>What is in a network between two layers: pictures of many channels.</summary>
/// <param name="Values">[pictures times size times size, channels].</param>
/// <param name="Size">Lines, and pixels of a line.</param>
internal readonly record struct FeatureMap(Tensor Values, int Size)
{
    /// <summary>Pixels of a picture.</summary>
    public int Pixels => Size * Size;

    /// <summary>The same pictures of another size.</summary>
    public FeatureMap Resized(Tape tape, PictureResize resize) => resize switch
    {
        PictureResize.Halve => new FeatureMap(tape.MeanPool2d(Values, Size, Size), Size / 2),
        PictureResize.Double => new FeatureMap(tape.Upsample2d(Values, Size, Size), 2 * Size),
        _ => this,
    };
}
