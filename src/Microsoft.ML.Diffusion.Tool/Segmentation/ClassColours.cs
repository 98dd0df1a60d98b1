using Microsoft.ML.Diffusion.Vision.Pictures;

namespace Microsoft.ML.Diffusion.Tool.Segmentation;

/// <summary>The colours in which classes are shown. Class 0, most often the background, is dark, and in an overlay it is left as it
/// is.</summary>
internal static class ClassColours
{
    // Neighbouring multiples of the golden angle are far apart on the circle of hues.
    private const double GoldenAngle = 137.508, Saturation = 0.75, Brightness = 0.95;
    private const byte Dark = 48, Unknown = 200, Opaque = byte.MaxValue;

    /// <summary>The colour of a class.</summary>
    public static (byte Red, byte Green, byte Blue) Of(byte label)
    {
        if (label == LabelledPicture.Ignored)
            return (Unknown, Unknown, Unknown);
        if (label == 0)
            return (Dark, Dark, Dark);
        double hue = (label - 1) * GoldenAngle % 360 / 60;
        return (Part(5), Part(3), Part(1));

        byte Part(int shift)
        {
            double place = (shift + hue) % 6, share = Math.Clamp(Math.Min(place, 4 - place), 0, 1);
            return (byte)Math.Round(byte.MaxValue * Brightness * (1 - (Saturation * share)));
        }
    }

    /// <summary>A mask in colours: red, green, blue and opacity of each pixel.</summary>
    public static byte[] Paint(byte[] mask)
    {
        byte[] pixels = new byte[mask.Length * PngPicture.Stride];
        for (int i = 0; i < mask.Length; i++)
        {
            (byte red, byte green, byte blue) = Of(mask[i]);
            ReadOnlySpan<byte> pixel = [red, green, blue, Opaque];
            pixel.CopyTo(pixels.AsSpan(i * PngPicture.Stride));
        }

        return pixels;
    }

    /// <summary>A picture with its mask over it, half and half where a class is not 0.</summary>
    public static byte[] Overlay(PngPicture picture, byte[] mask)
    {
        byte[] pixels = [.. picture.Pixels];
        for (int i = 0; i < mask.Length; i++)
        {
            Span<byte> pixel = pixels.AsSpan(i * PngPicture.Stride, PngPicture.Stride);
            pixel[3] = Opaque;
            if (mask[i] == 0)
                continue;
            (byte red, byte green, byte blue) = Of(mask[i]);
            (pixel[0], pixel[1], pixel[2]) = (Mean(pixel[0], red), Mean(pixel[1], green), Mean(pixel[2], blue));
        }

        return pixels;

        static byte Mean(byte one, byte other) => (byte)((one + other) / 2);
    }
}
