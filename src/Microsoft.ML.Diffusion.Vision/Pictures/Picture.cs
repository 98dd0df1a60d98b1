namespace Microsoft.ML.Diffusion.Vision.Pictures;

/// <summary>A picture of one channel (grey) or three (red, green, blue).</summary>
internal sealed class Picture
{
    /// <summary>Makes a picture of pixels that nobody changes from now on.</summary>
    /// <param name="height">Lines, at least 1.</param>
    /// <param name="width">Pixels of a line, at least 1.</param>
    /// <param name="channels">1 or 3.</param>
    /// <param name="pixels">From 0 to 1, line after line, a pixel's channels side by side.</param>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    public Picture(int height, int width, int channels, float[] pixels)
    {
        if (height < 1 || width < 1 || channels is not (1 or 3) || (long)height * width * channels != pixels.Length)
            throw new ArgumentException(
                $"A picture of {height} x {width} x {channels} cannot have {pixels.Length} numbers.", nameof(pixels));
        (Height, Width, Channels, Pixels) = (height, width, channels, pixels);
    }

    /// <summary>Lines.</summary>
    public int Height { get; }

    /// <summary>Pixels of a line.</summary>
    public int Width { get; }

    /// <summary>1 or 3.</summary>
    public int Channels { get; }

    /// <summary>From 0 to 1, line after line, a pixel's channels side by side.</summary>
    public float[] Pixels { get; }

    /// <summary>The number of pixels.</summary>
    public int Count => Height * Width;
}
