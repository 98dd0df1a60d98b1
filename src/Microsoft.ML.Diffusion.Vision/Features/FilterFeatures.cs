using Microsoft.ML.Diffusion.Vision.Pictures;

namespace Microsoft.ML.Diffusion.Vision.Features;

/// <summary>What people segment microscope pictures with: the pixel itself, and at five scales the Gaussian, the length of its gradient,
/// its Laplacian, and the eigenvalues of its Hessian and of the structure tensor; 36 numbers a channel.</summary>
internal sealed class FilterFeatures : IPixelFeatures
{
    private const int PerScale = 7;
    private const float TensorScale = 1.5f;

    private static readonly float[] s_scales = [0.7f, 1, 1.6f, 3.5f, 5];

    private readonly int _channels;

    /// <param name="channels">Channels of the pictures, 1 or 3.</param>
    public FilterFeatures(int channels)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(channels is 1 or 3, true, nameof(channels));
        _channels = channels;
    }

    /// <inheritdoc/>
    public int Count => _channels * (1 + (s_scales.Length * PerScale));

    /// <summary>Computes the numbers of every pixel.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="features">Receives [height times width, <see cref="Count"/>].</param>
    /// <exception cref="ArgumentException">The picture has another number of channels.</exception>
    public void Compute(Picture picture, Span<float> features)
    {
        if (picture.Channels != _channels)
            throw new ArgumentException($"The picture has {picture.Channels} channels, and should have {_channels}.", nameof(picture));
        int height = picture.Height, width = picture.Width, pixels = picture.Count, column = 0;
        float[] plane = new float[pixels];
        for (int channel = 0; channel < _channels; channel++)
        {
            for (int i = 0; i < pixels; i++)
                plane[i] = picture.Pixels[(i * _channels) + channel];
            Put(plane, features, ref column);
            foreach (float scale in s_scales)
            {
                var at = new ScaledPlane(plane, height, width, scale);
                float[] x = at.Derivative(0, 1), y = at.Derivative(1, 0), xx = at.Derivative(0, 2), yy = at.Derivative(2, 0);
                Put(at.Derivative(0, 0), features, ref column);
                Put(Map(x, y, static (a, b) => MathF.Sqrt((a * a) + (b * b))), features, ref column);
                Put(Map(xx, yy, static (a, b) => a + b), features, ref column);
                PutEigenvalues(xx, yy, at.Derivative(1, 1), features, ref column);
                float wide = TensorScale * scale;
                PutEigenvalues(
                    Smooth(Map(x, x, static (a, b) => a * b)), Smooth(Map(y, y, static (a, b) => a * b)),
                    Smooth(Map(x, y, static (a, b) => a * b)), features, ref column);

                float[] Smooth(float[] values) => new ScaledPlane(values, height, width, wide).Derivative(0, 0);
            }
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<FeatureLayer> Layers(Picture picture)
    {
        float[] values = new float[picture.Count * Count];
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

    private void Put(float[] values, Span<float> features, ref int column)
    {
        int count = Count;
        for (int i = 0; i < values.Length; i++)
            features[(i * count) + column] = values[i];
        column++;
    }

    /// <summary>The eigenvalues of the symmetric matrix of each pixel, the larger one first.</summary>
    private void PutEigenvalues(float[] xx, float[] yy, float[] xy, Span<float> features, ref int column)
    {
        float[] larger = new float[xx.Length], smaller = new float[xx.Length];
        for (int i = 0; i < xx.Length; i++)
        {
            float middle = (xx[i] + yy[i]) / 2, half = (xx[i] - yy[i]) / 2, root = MathF.Sqrt((half * half) + (xy[i] * xy[i]));
            (larger[i], smaller[i]) = (middle + root, middle - root);
        }

        Put(larger, features, ref column);
        Put(smaller, features, ref column);
    }

    private static float[] Map(float[] a, float[] b, Func<float, float, float> function)
    {
        float[] result = new float[a.Length];
        for (int i = 0; i < result.Length; i++)
            result[i] = function(a[i], b[i]);
        return result;
    }
}
