namespace Microsoft.ML.Diffusion.Vision.Features;

/// <summary>The features of every pixel of a picture, kept in layers of the size in which they were computed. Smaller layers are
/// interpolated where a pixel is read: the activations of a network take a small part of the memory that they would take in the size of
/// the picture.</summary>
internal sealed class PictureFeatures
{
    // Null for layers that are as large as the picture.
    private readonly BilinearPlaces?[] _places;

    /// <param name="height">Lines of the picture.</param>
    /// <param name="width">Pixels of a line.</param>
    /// <param name="layers">The layers, in the order of the features.</param>
    public PictureFeatures(int height, int width, IReadOnlyList<FeatureLayer> layers)
    {
        (Height, Width, Layers, Count) = (height, width, layers, layers.Sum(layer => layer.Channels));
        _places = new BilinearPlaces?[layers.Count];
        for (int i = 0; i < _places.Length; i++)
        {
            if (IsWhole(layers[i]))
                continue;
            // Layers of one size share them.
            int same = 0;
            while (same < i && (_places[same] is null || !HasSizeOf(layers[same], layers[i])))
                same++;
            _places[i] = same < i ? _places[same] : new BilinearPlaces(layers[i], height, width);
        }
    }

    /// <summary>Lines of the picture.</summary>
    public int Height { get; }

    /// <summary>Pixels of a line.</summary>
    public int Width { get; }

    /// <summary>The layers, in the order of the features.</summary>
    public IReadOnlyList<FeatureLayer> Layers { get; }

    /// <summary>Features of a pixel.</summary>
    public int Count { get; }

    /// <summary>Pixels of the picture.</summary>
    public int Pixels => Height * Width;

    /// <summary>The features of pixels that are no picture.</summary>
    /// <param name="rows">[pixels, features].</param>
    /// <param name="features">Features of a pixel.</param>
    public static PictureFeatures OfRows(float[] rows, int features)
    {
        int pixels = rows.Length / features;
        return new PictureFeatures(pixels, 1, [new FeatureLayer(rows, pixels, 1, features)]);
    }

    /// <summary>The layers that the first features are in.</summary>
    /// <param name="features">How many features; all of some layers.</param>
    /// <exception cref="ArgumentException">A layer would be parted.</exception>
    public IEnumerable<FeatureLayer> First(int features)
    {
        foreach (FeatureLayer layer in Layers)
        {
            if (features == 0)
                yield break;
            if (features < layer.Channels)
                throw new ArgumentException("A layer of features is taken whole or not at all.", nameof(features));
            features -= layer.Channels;
            yield return layer;
        }
    }

    /// <summary>Writes the first features of a pixel.</summary>
    /// <param name="pixel">The place of the pixel, line after line.</param>
    /// <param name="features">Receives as many features as it has room for; all of some layers.</param>
    public void Read(int pixel, Span<float> features)
    {
        int line = pixel / Width, place = pixel % Width, layers = Layers.Count;
        for (int i = 0; i < layers && features.Length > 0; i++)
        {
            FeatureLayer layer = Layers[i];
            Span<float> own = features[..layer.Channels];
            if (_places[i] is not { } places)
                layer.Values.AsSpan(pixel * layer.Channels, layer.Channels).CopyTo(own);
            else
            {
                own.Clear();
                places.Add(layer, line, place, own);
            }

            features = features[layer.Channels..];
        }
    }

    /// <summary>Whether a layer is as large as the picture, pixel for pixel.</summary>
    public bool IsWhole(FeatureLayer layer) => layer.Height == Height && layer.Width == Width && layer.Repeats == 1;

    private static bool HasSizeOf(FeatureLayer one, FeatureLayer other) =>
        (one.Height, one.Width, one.Repeats) == (other.Height, other.Width, other.Repeats);
}
