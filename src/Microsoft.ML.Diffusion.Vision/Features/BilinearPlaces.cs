using System.Numerics;
using System.Runtime.InteropServices;

namespace Microsoft.ML.Diffusion.Vision.Features;

/// <summary>Resizes layers of one size by bilinear interpolation, where pixels are areas and not points (corners are not aligned): between
/// which pixels of a layer each pixel of a picture lies.</summary>
internal sealed class BilinearPlaces
{
    private readonly Neighbours[] _lines;
    private readonly Neighbours[] _columns;

    /// <param name="layer">The size of the layers; its values are not looked at.</param>
    /// <param name="height">Lines of the picture.</param>
    /// <param name="width">Pixels of a line of the picture.</param>
    public BilinearPlaces(FeatureLayer layer, int height, int width)
    {
        _lines = new Neighbours[height];
        for (int line = 0; line < height; line++)
            _lines[line] = Neighbours.Of(line, height, layer.Height, layer.Repeats, layer.OwnWidth);
        _columns = new Neighbours[width];
        for (int column = 0; column < width; column++)
            _columns[column] = Neighbours.Of(column, width, layer.Width, layer.Repeats, 1);
    }

    /// <summary>Adds all channels of one pixel of a layer in the size of the picture.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="line">The line of the pixel.</param>
    /// <param name="column">The place of the pixel in the line.</param>
    /// <param name="target">The channels are added to these.</param>
    public void Add(FeatureLayer layer, int line, int column, Span<float> target)
    {
        Neighbours down = _lines[line], over = _columns[column];
        int channels = layer.Channels;
        ReadOnlySpan<float> a = Pixel(down.First, over.First), b = Pixel(down.First, over.Second);
        ReadOnlySpan<float> c = Pixel(down.Second, over.First), d = Pixel(down.Second, over.Second);
        target = target[..channels];
        float weightA = (1 - down.Share) * (1 - over.Share), weightB = (1 - down.Share) * over.Share;
        float weightC = down.Share * (1 - over.Share), weightD = down.Share * over.Share;
        Vector<float> va = new(weightA), vb = new(weightB), vc = new(weightC), vd = new(weightD);
        ref float first = ref MemoryMarshal.GetReference(target);
        ref float fa = ref MemoryMarshal.GetReference(a), fb = ref MemoryMarshal.GetReference(b);
        ref float fc = ref MemoryMarshal.GetReference(c), fd = ref MemoryMarshal.GetReference(d);
        // Each lane is one channel. Element by element there are the same products and sums for every width of vectors.
        int i = 0;
        for (; i <= channels - Vector<float>.Count; i += Vector<float>.Count)
        {
            nuint at = (nuint)i;
            Vector<float> above = (va * Vector.LoadUnsafe(ref fa, at)) + (vb * Vector.LoadUnsafe(ref fb, at));
            Vector<float> below = (vc * Vector.LoadUnsafe(ref fc, at)) + (vd * Vector.LoadUnsafe(ref fd, at));
            (Vector.LoadUnsafe(ref first, at) + (above + below)).StoreUnsafe(ref first, at);
        }

        for (; i < channels; i++)
            target[i] += ((weightA * a[i]) + (weightB * b[i])) + ((weightC * c[i]) + (weightD * d[i]));

        ReadOnlySpan<float> Pixel(int before, int place) => layer.Values.AsSpan((before + place) * channels, channels);
    }

    /// <summary>The two pixels, or lines, of a layer between which one of the picture lies.</summary>
    /// <param name="First">Where the first one starts, in pixels.</param>
    /// <param name="Second">Where the second one starts.</param>
    /// <param name="Share">How near to the second.</param>
    private readonly record struct Neighbours(int First, int Second, float Share)
    {
        public static Neighbours Of(int place, int count, int size, int repeats, int step)
        {
            double at = Math.Max(0, ((place + 0.5) * size / count) - 0.5);
            int first = Math.Min((int)at, size - 1), second = Math.Min(first + 1, size - 1);
            return new Neighbours(first / repeats * step, second / repeats * step, (float)(at - first));
        }
    }
}
