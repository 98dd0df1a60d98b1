namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>Where the pixels of pictures lie that have zeros around them, for a product that sees each pixel with its eight
/// neighbours.</summary>
/// <remarks>
/// A line of a picture begins with one pixel of zeros, which is also what lies behind the line before; a picture begins with one line of
/// zeros,
/// which is also what lies below the picture before. So the three neighbours in one line lie one after another, and what a pixel sees
/// is three runs of three pixels, a line apart: nothing is laid out, and no product asks for the border.
/// </remarks>
internal struct PixelGrid
{
    /// <summary>How many pixels are seen from each in a line, and in how many lines.</summary>
    internal const int Reach = 3;

    internal int Height;

    /// <summary>0 where a product has nothing to do with pictures.</summary>
    internal int Width;

    /// <summary>Floats of a pixel.</summary>
    internal int Channels;

    /// <summary>Whether the pixels are the terms of the sums, and not the rows.</summary>
    internal bool IsTransposed;

    internal readonly bool IsEmpty => Width == 0;

    /// <summary>Floats from one line to the next.</summary>
    internal readonly int Line => (Width + 1) * Channels;

    /// <summary>Where what a pixel sees begins: with the neighbour above and to the left.</summary>
    internal readonly nint Place(int pixel)
    {
        int line = pixel / Width;
        return ((nint)(line + (line / Height)) * Line) + ((nint)(pixel - (line * Width)) * Channels);
    }

    /// <summary>Lines of some pictures with the lines of zeros.</summary>
    internal readonly int Lines(int pixels)
    {
        int pictures = pixels / (Width * Height);
        return (pictures * (Height + 1)) + 1;
    }

    /// <summary>Floats of some pictures with their zeros.</summary>
    internal readonly int Length(int pixels) => checked((Lines(pixels) * Line) + Channels);
}
