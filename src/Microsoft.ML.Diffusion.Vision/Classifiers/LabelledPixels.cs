namespace Microsoft.ML.Diffusion.Vision.Classifiers;

/// <summary>Pixels whose class is known, with their features.</summary>
/// <param name="features">Features of a pixel.</param>
/// <param name="classes">The number of classes.</param>
/// <param name="stride">Numbers from one pixel to the next, of which the first are its features; null where there are no
/// others.</param>
internal sealed class LabelledPixels(int features, int classes, int? stride = null)
{
    private readonly int _stride = stride ?? features;
    private readonly List<float[]> _blocks = [];
    private readonly List<(int Block, int Row)> _places = [];
    private readonly List<byte> _labels = [];

    /// <summary>Features of a pixel.</summary>
    public int Features => features;

    /// <summary>The number of classes.</summary>
    public int Classes => classes;

    /// <summary>How many pixels there are.</summary>
    public int Count => _labels.Count;

    /// <summary>Adds the labelled pixels of a picture.</summary>
    /// <param name="values">[pixels, stride], which are kept.</param>
    /// <param name="mask">The class of each pixel; those beyond the classes have none.</param>
    /// <param name="least">A class of fewer pixels in the picture is left out.</param>
    public void Add(float[] values, ReadOnlySpan<byte> mask, int least = 0)
    {
        Span<int> counts = stackalloc int[byte.MaxValue + 1];
        foreach (byte label in mask)
            counts[label]++;
        for (int row = 0; row < mask.Length; row++)
        {
            if (mask[row] >= classes || counts[mask[row]] < least)
                continue;
            _places.Add((_blocks.Count, row));
            _labels.Add(mask[row]);
        }

        _blocks.Add(values);
    }

    /// <summary>The features of a pixel.</summary>
    public ReadOnlySpan<float> Of(int pixel)
    {
        (int block, int row) = _places[pixel];
        return _blocks[block].AsSpan(row * _stride, features);
    }

    /// <summary>The class of a pixel.</summary>
    public byte LabelOf(int pixel) => _labels[pixel];
}
