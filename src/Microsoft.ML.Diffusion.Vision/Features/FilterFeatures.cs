using System.Buffers;
using System.Numerics;
using Microsoft.ML.Diffusion.Vision.Pictures;

namespace Microsoft.ML.Diffusion.Vision.Features;

/// <summary>What people segment microscope pictures with: the pixel itself, and at five scales the Gaussian, the length of its gradient,
/// its Laplacian, and the eigenvalues of its Hessian and of the structure tensor; 36 numbers a channel.</summary>
internal sealed class FilterFeatures : IPixelFeatures
{
    private const int PerScale = 7;
    private const float TensorScale = 1.5f;

    // Pixels whose numbers are put side by side at a time: few enough to stay in the first cache.
    private const int PixelsAtOnce = 16;

    private static readonly float[] s_scales = [0.7f, 1, 1.6f, 3.5f, 5];
    private static readonly GaussianFilter[] s_filters = Array.ConvertAll(s_scales, scale => new GaussianFilter(scale));
    private static readonly GaussianFilter[] s_wide = Array.ConvertAll(s_scales, scale => new GaussianFilter(TensorScale * scale));

    private readonly int _channels;

    /// <param name="channels">Channels of the pictures, 1 or 3.</param>
    public FilterFeatures(int channels)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(channels is 1 or 3, true, nameof(channels));
        _channels = channels;
    }

    /// <inheritdoc/>
    public int Count => _channels * PerChannel;

    private static int PerChannel => 1 + (s_scales.Length * PerScale);

    /// <summary>Computes the numbers of every pixel.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="features">Receives [height times width, <see cref="Count"/>].</param>
    /// <exception cref="ArgumentException">The picture has another number of channels.</exception>
    public void Compute(Picture picture, Span<float> features)
    {
        if (picture.Channels != _channels)
            throw new ArgumentException($"The picture has {picture.Channels} channels, and should have {_channels}.", nameof(picture));
        int pixels = picture.Count;
        float[] plane = new float[pixels], planes = ArrayPool<float>.Shared.Rent(PerChannel * pixels);
        var scratch = new Scratch(picture.Height, picture.Width);
        for (int channel = 0; channel < _channels; channel++)
        {
            for (int i = 0; i < pixels; i++)
                plane[i] = picture.Pixels[(i * _channels) + channel];
            ComputeChannel(plane, scratch, planes);
            Interleave(planes, pixels, features, channel * PerChannel);
        }

        ArrayPool<float>.Shared.Return(planes);
    }

    /// <inheritdoc/>
    public IReadOnlyList<FeatureLayer> Layers(Picture picture, int? threads = null)
    {
        float[] values = GC.AllocateUninitializedArray<float>(picture.Count * Count);
        Compute(picture, values);
        return [new FeatureLayer(values, picture.Height, picture.Width, Count)];
    }

    /// <inheritdoc/>
    public void Save(BinaryWriter writer) => writer.Write((byte)_channels);

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The data are damaged.</exception>
    public static FilterFeatures Load(BinaryReader reader)
    {
        int channels = reader.ReadByte();
        Models.Persistence.CheckedReading.Require(channels is 1 or 3, $"its pictures have {channels} channels");
        return new FilterFeatures(channels);
    }

    /// <summary>The numbers of one channel: [numbers, pixels].</summary>
    private static void ComputeChannel(float[] plane, Scratch scratch, float[] planes)
    {
        int pixels = plane.Length, next = 0;
        plane.CopyTo(Next());
        for (int scale = 0; scale < s_scales.Length; scale++)
        {
            ScaledPlane at = scratch.Plane;
            at.Take(plane, s_filters[scale]);
            at.Derivative(0, 1, scratch.X);
            at.Derivative(1, 0, scratch.Y);
            at.Derivative(0, 2, scratch.XX);
            at.Derivative(2, 0, scratch.YY);
            at.Derivative(1, 1, scratch.XY);
            at.Derivative(0, 0, Next());
            Lengths(scratch.X, scratch.Y, Next());
            Sums(scratch.XX, scratch.YY, Next());
            Eigenvalues(scratch.XX, scratch.YY, scratch.XY, Next(), Next());
            Smooth(scratch.X, scratch.X, scratch.XX);
            Smooth(scratch.Y, scratch.Y, scratch.YY);
            Smooth(scratch.X, scratch.Y, scratch.XY);
            Eigenvalues(scratch.XX, scratch.YY, scratch.XY, Next(), Next());

            void Smooth(float[] a, float[] b, float[] smooth)
            {
                Products(a, b, scratch.Product);
                at.Take(scratch.Product, s_wide[scale]);
                at.Derivative(0, 0, smooth);
            }
        }

        Span<float> Next() => planes.AsSpan(pixels * next++, pixels);
    }

    /// <summary>Puts the numbers of a pixel side by side.</summary>
    /// <param name="planes">[numbers, pixels].</param>
    /// <param name="pixels">How many pixels.</param>
    /// <param name="features">[pixels, features].</param>
    /// <param name="first">The place of the first number in a row of features.</param>
    private void Interleave(float[] planes, int pixels, Span<float> features, int first)
    {
        int count = Count;
        for (int start = 0; start < pixels; start += PixelsAtOnce)
        {
            int end = Math.Min(start + PixelsAtOnce, pixels);
            for (int number = 0; number < PerChannel; number++)
            {
                ReadOnlySpan<float> plane = planes.AsSpan(number * pixels, pixels);
                for (int i = start; i < end; i++)
                    features[(i * count) + first + number] = plane[i];
            }
        }
    }

    // In what follows each lane is one pixel. Pixels that make no whole vector are computed by the same operations one by one, so that
    // the width of vectors changes no bit.

    /// <summary>The length of each pixel's vector.</summary>
    private static void Lengths(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> result)
    {
        int i = 0;
        for (; i <= x.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> a = new(x[i..]), b = new(y[i..]);
            Vector.SquareRoot((a * a) + (b * b)).CopyTo(result[i..]);
        }

        for (; i < x.Length; i++)
            result[i] = MathF.Sqrt((x[i] * x[i]) + (y[i] * y[i]));
    }

    private static void Sums(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> result)
    {
        for (int i = 0; i < a.Length; i++)
            result[i] = a[i] + b[i];
    }

    private static void Products(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> result)
    {
        for (int i = 0; i < a.Length; i++)
            result[i] = a[i] * b[i];
    }

    /// <summary>The eigenvalues of the symmetric matrix of each pixel.</summary>
    private static void Eigenvalues(
        ReadOnlySpan<float> xx, ReadOnlySpan<float> yy, ReadOnlySpan<float> xy, Span<float> larger, Span<float> smaller)
    {
        int i = 0;
        var two = new Vector<float>(2);
        for (; i <= xx.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> a = new(xx[i..]), b = new(yy[i..]), c = new(xy[i..]), middle = (a + b) / two, half = (a - b) / two;
            Vector<float> root = Vector.SquareRoot((half * half) + (c * c));
            (middle + root).CopyTo(larger[i..]);
            (middle - root).CopyTo(smaller[i..]);
        }

        for (; i < xx.Length; i++)
        {
            float middle = (xx[i] + yy[i]) / 2, half = (xx[i] - yy[i]) / 2, root = MathF.Sqrt((half * half) + (xy[i] * xy[i]));
            (larger[i], smaller[i]) = (middle + root, middle - root);
        }
    }

    /// <summary>What the scales of a picture use one after the other.</summary>
    private sealed class Scratch(int height, int width)
    {
        public ScaledPlane Plane { get; } = new(height, width);

        public float[] X { get; } = new float[height * width];

        public float[] Y { get; } = new float[height * width];

        public float[] XX { get; } = new float[height * width];

        public float[] YY { get; } = new float[height * width];

        public float[] XY { get; } = new float[height * width];

        public float[] Product { get; } = new float[height * width];
    }
}
