using System.Numerics;

namespace Microsoft.ML.Diffusion.Vision.Features;

/// <summary>Resizes pictures of many channels by bilinear interpolation, where pixels are areas and not points (corners are not
/// aligned).</summary>
internal static class BilinearResize
{
    /// <summary>Adds all channels of one pixel of a layer in another size.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="line">The line of the pixel.</param>
    /// <param name="height">Lines of the other size.</param>
    /// <param name="place">The place of the pixel in the line.</param>
    /// <param name="width">Pixels of a line of the other size.</param>
    /// <param name="target">The channels are added to these.</param>
    public static void Add(FeatureLayer layer, int line, int height, int place, int width, Span<float> target)
    {
        Corners corners = Corners.Of(layer, line, height, place, width);
        ReadOnlySpan<float> values = layer.Values;
        int channels = layer.Channels;
        ReadOnlySpan<float> a = values.Slice(corners.A * channels, channels), b = values.Slice(corners.B * channels, channels);
        ReadOnlySpan<float> c = values.Slice(corners.C * channels, channels), d = values.Slice(corners.D * channels, channels);
        var (va, vb) = (new Vector<float>(corners.WeightA), new Vector<float>(corners.WeightB));
        var (vc, vd) = (new Vector<float>(corners.WeightC), new Vector<float>(corners.WeightD));
        // Each lane is one channel. Element by element there are the same products and sums for every width of vectors.
        int i = 0;
        for (; i <= channels - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> above = (va * new Vector<float>(a[i..])) + (vb * new Vector<float>(b[i..]));
            Vector<float> below = (vc * new Vector<float>(c[i..])) + (vd * new Vector<float>(d[i..]));
            (new Vector<float>(target[i..]) + (above + below)).CopyTo(target[i..]);
        }

        for (; i < channels; i++)
        {
            target[i] += ((corners.WeightA * a[i]) + (corners.WeightB * b[i]))
                + ((corners.WeightC * c[i]) + (corners.WeightD * d[i]));
        }
    }

    /// <summary>The four pixels of a layer around a place of another size, and how much each counts.</summary>
    private readonly record struct Corners(
        int A, int B, int C, int D, float WeightA, float WeightB, float WeightC, float WeightD)
    {
        public static Corners Of(FeatureLayer layer, int line, int height, int place, int width)
        {
            (int above, int below, float down) = Place(line, height, layer.Height);
            (int left, int right, float over) = Place(place, width, layer.Width);
            return new Corners(
                (above * layer.Width) + left, (above * layer.Width) + right, (below * layer.Width) + left, (below * layer.Width) + right,
                (1 - down) * (1 - over), (1 - down) * over, down * (1 - over), down * over);
        }

        /// <summary>Between which two of the layer a place of the other size lies, and how near to the second.</summary>
        private static (int First, int Second, float Share) Place(int place, int count, int size)
        {
            double at = Math.Max(0, ((place + 0.5) * size / count) - 0.5);
            int first = Math.Min((int)at, size - 1);
            return (first, Math.Min(first + 1, size - 1), (float)(at - first));
        }
    }
}
