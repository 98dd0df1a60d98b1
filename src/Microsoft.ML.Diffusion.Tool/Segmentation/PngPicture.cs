using Microsoft.ML.Diffusion.Vision.Pictures;
using Microsoft.ML.Diffusion.Vision.Views;

namespace Microsoft.ML.Diffusion.Tool.Segmentation;

/// <summary>A picture as a PNG file has it.</summary>
/// <param name="Path">The file.</param>
/// <param name="Height">Lines.</param>
/// <param name="Width">Pixels of a line.</param>
/// <param name="Pixels">Red, green, blue and opacity of each pixel, line after line.</param>
internal sealed record PngPicture(string Path, int Height, int Width, byte[] Pixels)
{
    /// <summary>Bytes of a pixel.</summary>
    public const int Stride = 4;

    /// <summary>The name of the file without folders.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>The number of pixels.</summary>
    public int Count => Height * Width;

    /// <summary>The size in words.</summary>
    public string Size => $"{Width} x {Height}";

    /// <summary>Whether red, green and blue are the same everywhere.</summary>
    public bool IsGrey
    {
        get
        {
            for (int i = 0; i < Pixels.Length; i += Stride)
            {
                if (Pixels[i] != Pixels[i + 1] || Pixels[i] != Pixels[i + 2])
                    return false;
            }

            return true;
        }
    }

    /// <summary>The picture for a model.</summary>
    /// <param name="channels">1, the brightness, or 3.</param>
    public Picture ToPicture(int channels)
    {
        float[] pixels = new float[Count * channels];
        for (int i = 0; i < Count; i++)
        {
            ReadOnlySpan<byte> pixel = Pixels.AsSpan(i * Stride, 3);
            if (channels == 1)
                pixels[i] = Math.Clamp(PictureReader.Brightness(pixel[0], pixel[1], pixel[2]) / PictureForm.ByteWhite, 0, 1);
            else
                for (int channel = 0; channel < 3; channel++)
                    pixels[(3 * i) + channel] = pixel[channel] / PictureForm.ByteWhite;
        }

        return new Picture(Height, Width, channels, pixels);
    }
}
