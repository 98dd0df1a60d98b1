using System.Numerics;
using Microsoft.ML.Data;

namespace Microsoft.ML.Diffusion.Vision.Views;

/// <summary>Reads the picture of a row.</summary>
internal static class PictureReader
{
    private const int BytesOfPixel = 4;

    // Rec. 601: what red, green and blue add to the brightness.
    private const float RedShare = 0.299f;
    private const float GreenShare = 0.587f;
    private const float BlueShare = 0.114f;

    /// <summary>Opens a column; null is read where a row has no image.</summary>
    /// <param name="row">The row, or a cursor.</param>
    /// <param name="column">The column.</param>
    /// <param name="form">How pictures lie in it.</param>
    public static Func<RawPicture?> Open(DataViewRow row, DataViewSchema.Column column, PictureForm form)
    {
        if (form.IsImage)
            return OpenImages(row, column, form.Channels);
        return ((VectorDataViewType)column.Type).ItemType.RawType == typeof(byte)
            ? OpenVectors<byte>(row, column, form)
            : OpenVectors<float>(row, column, form);
    }

    /// <summary>The three channels of a pixel of an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="pixel">Its place, line after line.</param>
    public static (byte Red, byte Green, byte Blue) Pixel(MLImage image, int pixel)
    {
        ReadOnlySpan<byte> bytes = image.Pixels.Slice(pixel * BytesOfPixel, BytesOfPixel);
        return image.PixelFormat == MLPixelFormat.Bgra32 ? (bytes[2], bytes[1], bytes[0]) : (bytes[0], bytes[1], bytes[2]);
    }

    /// <summary>How bright a pixel is, 0 to 255.</summary>
    public static float Brightness(byte red, byte green, byte blue) => (RedShare * red) + (GreenShare * green) + (BlueShare * blue);

    private static Func<RawPicture?> OpenImages(DataViewRow row, DataViewSchema.Column column, int channels)
    {
        ValueGetter<MLImage> get = row.GetGetter<MLImage>(column);
        MLImage? image = null;
        return () =>
        {
            get(ref image!);
            if (image is null)
                return null;
            float[] values = new float[image.Height * image.Width * channels];
            for (int i = 0; i < values.Length / channels; i++)
            {
                (byte red, byte green, byte blue) = Pixel(image, i);
                if (channels == 1)
                    values[i] = Brightness(red, green, blue);
                else
                    (values[3 * i], values[(3 * i) + 1], values[(3 * i) + 2]) = (red, green, blue);
            }

            return new RawPicture(image.Height, image.Width, values);
        };
    }

    private static Func<RawPicture?> OpenVectors<T>(DataViewRow row, DataViewSchema.Column column, PictureForm form)
        where T : INumber<T>
    {
        ValueGetter<VBuffer<T>> get = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> vector = default;
        int pixels = form.Height * form.Width, channels = form.Channels;
        return () =>
        {
            get(ref vector);
            float[] values = new float[pixels * channels];
            foreach (KeyValuePair<int, T> item in vector.Items())
            {
                int place = form.IsInterleaved ? item.Key : ((item.Key % pixels) * channels) + (item.Key / pixels);
                values[place] = float.CreateTruncating(item.Value);
            }

            return new RawPicture(form.Height, form.Width, values);
        };
    }
}
