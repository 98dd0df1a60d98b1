using System.Buffers;
using Microsoft.ML.Diffusion.Tensors;
using Microsoft.ML.Diffusion.Vision.Features;

namespace Microsoft.ML.Diffusion.Vision.Classifiers;

/// <summary>Layers of features of one size, smaller than the picture, times their weights.</summary>
internal sealed class MlpSmallSums
{
    // Pixels that are multiplied at a time: enough to make reading the weights worth while, few enough for what comes of it to stay in the
    // second cache.
    private const int PixelsAtOnce = 128;

    private readonly MlpFirstLayers _first;
    private readonly PictureFeatures _picture;

    /// <param name="first">The weights.</param>
    /// <param name="picture">The features.</param>
    /// <param name="width">Columns of the weights.</param>
    public MlpSmallSums(MlpFirstLayers first, PictureFeatures picture, int width)
    {
        (_first, _picture) = (first, picture);
        int pixels = first.Height * first.Width;
        Layer = new FeatureLayer(ArrayPool<float>.Shared.Rent(pixels * width), first.Height, first.Width, width);
        Places = new BilinearPlaces(Layer, picture.Height, picture.Width);
        int step = first.Width * first.Repeats;
        step *= Math.Max(1, PixelsAtOnce / step);
        Parts = [.. Enumerable.Range(0, (pixels + step - 1) / step)
            .Select(part => new Action<Tape>(tape => Compute(tape, part * step, Math.Min(step, pixels - (part * step)))))];
    }

    /// <summary>The sums, in the size of the layers.</summary>
    public FeatureLayer Layer { get; }

    /// <summary>Where they lie in the picture.</summary>
    public BilinearPlaces Places { get; }

    /// <summary>What computes them, in any order, on any threads.</summary>
    public Action<Tape>[] Parts { get; }

    /// <summary>Gives the memory of the sums back.</summary>
    public void Return() => ArrayPool<float>.Shared.Return(Layer.Values);

    private void Compute(Tape tape, int start, int count)
    {
        tape.Reset();
        _first.Multiply(tape, _picture, start, count, Activation.None, null).Data.CopyTo(Layer.Values.AsSpan(start * Layer.Channels));
    }
}
