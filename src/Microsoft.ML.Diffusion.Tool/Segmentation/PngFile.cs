using System.Buffers.Binary;
using Microsoft.ML.Diffusion.Vision.Pictures;
using SkiaSharp;

namespace Microsoft.ML.Diffusion.Tool.Segmentation;

/// <summary>Reads and writes PNG files: pictures, and masks, where the grey value of a pixel is its class.</summary>
internal static class PngFile
{
    private const int HeaderBytes = 33, WidthAt = 16, HeightAt = 20, DepthAt = 24, ColourAt = 25, PaletteColour = 3;
    private const long MostPixels = 1 << 26;

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    /// <summary>Reads a picture.</summary>
    /// <exception cref="InputException">It cannot be read, is no PNG file, is damaged, or is too large.</exception>
    public static PngPicture Read(string path) => Decode(path, InputFile.ReadBytes(path));

    /// <summary>Reads a mask: the class of each pixel, 255 where it is not known.</summary>
    /// <param name="path">The file.</param>
    /// <param name="picture">What it is a mask of.</param>
    /// <exception cref="InputException">As for <see cref="Read"/>; or it is of another size than the picture, has colours, or other numbers
    /// than bytes.</exception>
    public static byte[] ReadMask(string path, PngPicture picture)
    {
        byte[] file = InputFile.ReadBytes(path);
        CheckHeader(path, file);
        // Other depths are stretched to bytes where they are read, which makes other classes of them.
        if (file[DepthAt] != 8 && file[ColourAt] != PaletteColour)
        {
            throw new InputException(
                $"{path} has {file[DepthAt]} bits for a pixel; a grey PNG of 8 bits, whose values are the classes, was expected.");
        }

        PngPicture mask = Decode(path, file);
        if (mask.Height != picture.Height || mask.Width != picture.Width)
        {
            throw new InputException(
                $"{path} has {mask.Size} pixels, and its picture {picture.Path} {picture.Size}; a mask of the same size was expected.");
        }

        byte[] classes = new byte[mask.Count];
        for (int i = 0; i < classes.Length; i++)
        {
            ReadOnlySpan<byte> pixel = mask.Pixels.AsSpan(i * PngPicture.Stride, 3);
            if (pixel[0] != pixel[1] || pixel[0] != pixel[2])
            {
                throw new InputException(
                    $"{path} has colours, such as ({pixel[0]}, {pixel[1]}, {pixel[2]}) at {Place(mask, i)}; a grey PNG, whose values are " +
                    "the classes, was expected.");
            }

            classes[i] = pixel[0];
        }

        return classes;
    }

    /// <summary>Refuses a class that is none.</summary>
    /// <param name="path">The file of the mask.</param>
    /// <param name="picture">What it is a mask of.</param>
    /// <param name="mask">The mask.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="origin">What says how many there are, such as "--classes names".</param>
    /// <exception cref="InputException">There is one.</exception>
    public static void RefuseBeyond(string path, PngPicture picture, byte[] mask, int classes, string origin)
    {
        int bad = Array.FindIndex(mask, label => label >= classes && label != LabelledPicture.Ignored);
        if (bad >= 0)
        {
            throw new InputException(
                $"{path} has class {mask[bad]} at {Place(picture, bad)}, and {origin} {classes} classes, from 0; 0 to {classes - 1} was " +
                $"expected, or {LabelledPicture.Ignored} where the class is not known.");
        }
    }

    /// <summary>A grey picture as a file.</summary>
    public static byte[] Grey(byte[] values, int height, int width) =>
        Encode(values, new SKImageInfo(width, height, SKColorType.Gray8, SKAlphaType.Opaque));

    /// <summary>A picture in colours as a file.</summary>
    /// <param name="pixels">Red, green, blue and opacity of each pixel.</param>
    /// <param name="height">Lines.</param>
    /// <param name="width">Pixels of a line.</param>
    public static byte[] Colour(byte[] pixels, int height, int width) =>
        Encode(pixels, new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul));

    private static byte[] Encode(byte[] pixels, SKImageInfo info)
    {
        using SKImage image = SKImage.FromPixelCopy(info, pixels);
        using SKData data = image.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    private static PngPicture Decode(string path, byte[] file)
    {
        (int height, int width) = CheckHeader(path, file);
        using SKData data = SKData.CreateCopy(file);
        using SKCodec? codec = SKCodec.Create(data);
        if (codec is null || codec.Info.Width != width || codec.Info.Height != height)
            throw Damaged(path);
        byte[] pixels = new byte[height * width * PngPicture.Stride];
        var info = new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        SKCodecResult result;
        unsafe
        {
            fixed (byte* first = pixels)
                result = codec.GetPixels(info, (nint)first);
        }

        return result == SKCodecResult.Success ? new PngPicture(path, height, width, pixels) : throw Damaged(path);
    }

    private static (int Height, int Width) CheckHeader(string path, byte[] file)
    {
        if (file.Length < HeaderBytes || !file.AsSpan().StartsWith(Signature))
            throw new InputException($"{path} is no PNG file; one was expected.");
        uint width = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(WidthAt));
        uint height = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(HeightAt));
        if (width is 0 or > int.MaxValue || height is 0 or > int.MaxValue)
            throw Damaged(path);
        if ((long)width * height > MostPixels)
            throw new InputException($"{path} has {width} x {height} pixels; at most {MostPixels / (1 << 20)} million were expected.");
        return ((int)height, (int)width);
    }

    private static string Place(PngPicture picture, int pixel) =>
        $"line {(pixel / picture.Width) + 1}, column {(pixel % picture.Width) + 1}";

    private static InputException Damaged(string path) => new($"{path} is damaged: its pixels cannot be read.");
}
