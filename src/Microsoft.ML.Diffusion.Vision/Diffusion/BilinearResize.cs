using System.Numerics;

namespace Microsoft.ML.Diffusion.Vision.Diffusion;

/// <summary>Resizes pictures of many channels by bilinear interpolation, where pixels are areas and not points (corners are not
/// aligned).</summary>
internal static class BilinearResize
{
    /// <summary>Writes or adds a square picture of another size.</summary>
    /// <param name="source">[size times size, columns].</param>
    /// <param name="size">Lines of the source.</param>
    /// <param name="target">[height times width, stride]: each pixel's channels begin at the first float.</param>
    /// <param name="height">Lines of the target.</param>
    /// <param name="width">Pixels of a line of the target.</param>
    /// <param name="channels">How many channels are taken.</param>
    /// <param name="stride">Floats from one pixel of the target to the next.</param>
    public static void Write(ReadOnlySpan<float> source, int size, Span<float> target, int height, int width, int channels, int stride)
    {
        for (int line = 0; line < height; line++)
        {
            (int above, int below, float down) = Place(line, height, size);
            for (int place = 0; place < width; place++)
            {
                (int left, int right, float over) = Place(place, width, size);
                ReadOnlySpan<float> a = source.Slice(((above * size) + left) * channels, channels);
                Span<float> y = target.Slice(((line * width) + place) * stride, channels);
                if (down == 0 && over == 0)
                {
                    a.CopyTo(y);
                    continue;
                }

                ReadOnlySpan<float> b = source.Slice(((above * size) + right) * channels, channels);
                ReadOnlySpan<float> c = source.Slice(((below * size) + left) * channels, channels);
                ReadOnlySpan<float> d = source.Slice(((below * size) + right) * channels, channels);
                Mix(a, b, c, d, (1 - down) * (1 - over), (1 - down) * over, down * (1 - over), down * over, y);
            }
        }
    }

    /// <summary>Between which two of the source a place of the target lies, and how near to the second.</summary>
    private static (int First, int Second, float Share) Place(int place, int count, int size)
    {
        double at = Math.Max(0, ((place + 0.5) * size / count) - 0.5);
        int first = Math.Min((int)at, size - 1);
        return (first, Math.Min(first + 1, size - 1), (float)(at - first));
    }

    private static void Mix(
        ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> c, ReadOnlySpan<float> d, float wa, float wb, float wc, float wd,
        Span<float> y)
    {
        // Element by element the same products and sums for every width of vectors.
        int i = 0;
        var (va, vb, vc, vd) = (new Vector<float>(wa), new Vector<float>(wb), new Vector<float>(wc), new Vector<float>(wd));
        for (; i <= y.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> above = (va * new Vector<float>(a[i..])) + (vb * new Vector<float>(b[i..]));
            Vector<float> below = (vc * new Vector<float>(c[i..])) + (vd * new Vector<float>(d[i..]));
            (above + below).CopyTo(y[i..]);
        }

        for (; i < y.Length; i++)
            y[i] = ((wa * a[i]) + (wb * b[i])) + ((wc * c[i]) + (wd * d[i]));
    }
}
