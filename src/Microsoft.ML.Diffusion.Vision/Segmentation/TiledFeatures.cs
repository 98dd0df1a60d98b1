using Microsoft.ML.Diffusion.Vision.Diffusion;
using Microsoft.ML.Diffusion.Vision.Pictures;

namespace Microsoft.ML.Diffusion.Vision.Segmentation;

/// <summary>Features of the pixels of pictures of any one size. Where a picture has several tiles, a pixel has those of the tile in whose
/// middle it is most. Safe to use from many threads at once.</summary>
internal sealed class TiledFeatures
{
    private readonly PictureTiles _tiles;
    private readonly int _tilePixels;

    /// <param name="features">Tells them for tiles.</param>
    /// <param name="height">Lines of a picture.</param>
    /// <param name="width">Pixels of a line.</param>
    public TiledFeatures(DiffusionFeatures features, int height, int width)
    {
        (Features, Pixels) = (features, height * width);
        int size = features.Network.Settings.Size;
        (_tiles, _tilePixels) = (new PictureTiles(height, width, size), size * size);
    }

    /// <summary>Tells them for tiles.</summary>
    public DiffusionFeatures Features { get; }

    /// <summary>Features of a pixel.</summary>
    public int Count => Features.Count;

    /// <summary>Pixels of a picture.</summary>
    public int Pixels { get; }

    /// <summary>The features of every pixel: [height times width, <see cref="Count"/>].</summary>
    /// <exception cref="ArgumentException">The picture has another number of channels.</exception>
    public float[] Compute(Picture picture)
    {
        float[] all = new float[Pixels * Count];
        Each(picture, (place, values) => values.CopyTo(all.AsSpan(place * Count)));
        return all;
    }

    /// <summary>The mean of each feature over all pixels.</summary>
    /// <exception cref="ArgumentException">The picture has another number of channels.</exception>
    public float[] Mean(Picture picture)
    {
        double[] sums = new double[Count];
        Each(picture, (_, values) =>
        {
            for (int i = 0; i < sums.Length; i++)
                sums[i] += values[i];
        });
        return [.. sums.Select(sum => (float)(sum / Pixels))];
    }

    private void Each(Picture picture, PixelAction action)
    {
        float[] values = new float[_tilePixels * Count];
        for (int tile = 0; tile < _tiles.Count; tile++)
        {
            Features.Compute(_tiles.Cut(picture, tile), values);
            for (int pixel = 0; pixel < _tilePixels; pixel++)
            {
                if (_tiles.OwnPlace(tile, pixel) is { } place)
                    action(place, values.AsSpan(pixel * Count, Count));
            }
        }
    }

    private delegate void PixelAction(int place, ReadOnlySpan<float> values);
}
