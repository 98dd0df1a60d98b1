namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>Where the pixels of a picture of one channel lie while a pair of convolutions reads and writes them.</summary>
/// <remarks>
/// Each line has one zero behind it, which is what lies to its right and to the left of the next line; before the first line and after the
/// last there are as many zeros as a neighbour can be away. So the nine neighbours of sixteen places in a row are nine times sixteen floats
/// in a row.
/// </remarks>
internal readonly unsafe struct PixelLayout(int height, int width)
{
    /// <summary>The neighbours of a pixel, itself among them.</summary>
    internal const int Neighbors = 9;

    private const int Block = ILanes<float>.Count;

    /// <summary>Lines of a picture.</summary>
    internal readonly int Height = height;

    /// <summary>Pixels of a line.</summary>
    internal readonly int Width = width;

    /// <summary>Floats from one line to the next.</summary>
    internal int Line => Width + 1;

    /// <summary>Places of a picture with the zeros behind its lines, in whole blocks of sixteen.</summary>
    internal int Places => AlignedBuffer.RoundUp(Height * Line);

    /// <summary>Zeros before the first place, at least as many as a neighbour can be away.</summary>
    internal int Margin => AlignedBuffer.RoundUp(Line + 1);

    /// <summary>Floats of a picture with all its zeros; the last ones are for blocks that reach beyond the picture.</summary>
    internal int Length => checked(Margin + Places + Margin + Block);

    /// <summary>How far a neighbour is away: the one above and to the left is the first, then on along the line.</summary>
    internal nint Away(int neighbor) => ((nint)(neighbor / 3) - 1) * Line + (neighbor % 3) - 1;

    /// <summary>Copies a picture to where zeros are around it.</summary>
    /// <param name="pixels">[height, width].</param>
    /// <param name="room">Room for <see cref="Length"/> floats.</param>
    /// <returns>The place of the first pixel.</returns>
    internal float* Lay(float* pixels, float* room)
    {
        new Span<float>(room, Length).Clear();
        float* first = room + Margin;
        for (int line = 0; line < Height; line++)
            new ReadOnlySpan<float>(pixels + ((nint)line * Width), Width).CopyTo(new Span<float>(first + ((nint)line * Line), Width));
        return first;
    }
}
