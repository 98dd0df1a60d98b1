using Microsoft.ML.Diffusion.Vision.Features;

namespace Microsoft.ML.Diffusion.Vision.Classifiers;

/// <summary>Pixels whose class is known, with their features.</summary>
/// <param name="features">Features of a pixel, the first ones of those that pictures have.</param>
/// <param name="classes">The number of classes.</param>
internal sealed class LabelledPixels(int features, int classes)
{
    private readonly List<PictureFeatures> _pictures = [];
    private readonly List<(int Picture, int Pixel)> _places = [];
    private readonly List<byte> _labels = [];

    /// <summary>Features of a pixel.</summary>
    public int Features => features;

    /// <summary>The number of classes.</summary>
    public int Classes => classes;

    /// <summary>How many pixels there are.</summary>
    public int Count => _labels.Count;

    /// <summary>Adds the labelled pixels of a picture.</summary>
    /// <param name="picture">The features, which are kept.</param>
    /// <param name="mask">The class of each pixel; those beyond the classes have none.</param>
    /// <param name="least">A class of fewer pixels in the picture is left out.</param>
    public void Add(PictureFeatures picture, ReadOnlySpan<byte> mask, int least = 0)
    {
        Span<int> counts = stackalloc int[byte.MaxValue + 1];
        foreach (byte label in mask)
            counts[label]++;
        for (int pixel = 0; pixel < mask.Length; pixel++)
        {
            if (mask[pixel] >= classes || counts[mask[pixel]] < least)
                continue;
            _places.Add((_pictures.Count, pixel));
            _labels.Add(mask[pixel]);
        }

        _pictures.Add(picture);
    }

    /// <summary>Writes the features of a pixel.</summary>
    /// <param name="pixel">Its place among those that were added.</param>
    /// <param name="values">Receives them.</param>
    public void Read(int pixel, Span<float> values)
    {
        (int picture, int place) = _places[pixel];
        _pictures[picture].Read(place, values[..features]);
    }

    /// <summary>The class of a pixel.</summary>
    public byte LabelOf(int pixel) => _labels[pixel];
}
