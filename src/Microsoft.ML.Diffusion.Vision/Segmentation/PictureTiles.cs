using Microsoft.ML.Diffusion.Vision.Pictures;

namespace Microsoft.ML.Diffusion.Vision.Segmentation;

/// <summary>Cuts pictures into square tiles of one size, which overlap by about a quarter, and puts answers for tiles together: a pixel's
/// answer is the mean of those of its tiles, and counts for more the further it is from the edge of the tile. Smaller pictures are
/// continued by their mirror image.</summary>
internal sealed class PictureTiles
{
    /// <summary>The smallest tile.</summary>
    public const int LeastSize = 16;

    /// <summary>Sizes of tiles are multiples of it, so that the network can halve them.</summary>
    public const int SizeStep = 8;

    private const int DefaultSize = 64;
    private const int OverlapShare = 4;

    private readonly int _height;
    private readonly int _width;
    private readonly int _size;
    private readonly (int Line, int Column)[] _corners;

    /// <param name="height">Lines of a picture.</param>
    /// <param name="width">Pixels of a line.</param>
    /// <param name="size">Lines and pixels of a line of a tile.</param>
    public PictureTiles(int height, int width, int size)
    {
        (_height, _width, _size) = (height, width, size);
        int[] lines = Starts(height), columns = Starts(width);
        _corners = [.. lines.SelectMany(line => columns.Select(column => (line, column)))];
    }

    /// <summary>How many tiles a picture has.</summary>
    public int Count => _corners.Length;

    /// <summary>The size of tiles for pictures of a size: theirs where they are small.</summary>
    /// <param name="height">Lines of a picture.</param>
    /// <param name="width">Pixels of a line.</param>
    /// <param name="most">The largest size; null for the default.</param>
    public static int SizeFor(int height, int width, int? most) =>
        Math.Clamp((Math.Max(height, width) + SizeStep - 1) / SizeStep * SizeStep, LeastSize, most ?? DefaultSize);

    /// <summary>A tile of a picture.</summary>
    public Picture Cut(Picture picture, int tile)
    {
        int channels = picture.Channels;
        float[] pixels = new float[_size * _size * channels];
        for (int i = 0; i < _size * _size; i++)
            picture.Pixels.AsSpan(Place(tile, i) * channels, channels).CopyTo(pixels.AsSpan(i * channels));
        return new Picture(_size, _size, channels, pixels);
    }

    /// <summary>A tile of a mask. Of several tiles that have a pixel, one has its class: the one in whose middle it is most.</summary>
    public byte[] CutMask(byte[] mask, int tile)
    {
        byte[] part = new byte[_size * _size];
        for (int i = 0; i < part.Length; i++)
            part[i] = OwnPlace(tile, i) is { } place ? mask[place] : LabelledPicture.Ignored;
        return part;
    }

    /// <summary>The pixel of the picture at a pixel of a tile, where no other tile has it more in its middle; else null.</summary>
    public int? OwnPlace(int tile, int pixel) =>
        IsInside(tile, pixel) && Owner(Place(tile, pixel)) == tile ? Place(tile, pixel) : null;

    /// <summary>The answer for a picture from those for its tiles.</summary>
    /// <param name="parts">One for each tile.</param>
    /// <param name="classes">The number of classes.</param>
    public SegmentedPicture Join(IReadOnlyList<SegmentedPicture> parts, int classes)
    {
        if (Count == 1 && _height == _size && _width == _size)
            return parts[0];
        float[] probabilities = new float[_height * _width * classes], uncertainty = new float[_height * _width];
        float[] weights = new float[uncertainty.Length];
        for (int tile = 0; tile < Count; tile++)
        {
            for (int i = 0; i < _size * _size; i++)
            {
                if (!IsInside(tile, i))
                    continue;
                int place = Place(tile, i);
                float weight = Depth(i);
                weights[place] += weight;
                uncertainty[place] += weight * parts[tile].Uncertainty[i];
                for (int label = 0; label < classes; label++)
                    probabilities[(place * classes) + label] += weight * parts[tile].Probabilities[(i * classes) + label];
            }
        }

        for (int place = 0; place < weights.Length; place++)
        {
            uncertainty[place] /= weights[place];
            for (int label = 0; label < classes; label++)
                probabilities[(place * classes) + label] /= weights[place];
        }

        return SegmentedPicture.Of(probabilities, uncertainty);
    }

    private static int Mirrored(int place, int length)
    {
        if (length == 1)
            return 0;
        int period = 2 * (length - 1), rest = place % period;
        return rest < length ? rest : period - rest;
    }

    /// <summary>The first lines, or columns, of tiles: as few as cover all, evenly apart.</summary>
    private int[] Starts(int length)
    {
        if (length <= _size)
            return [0];
        int overlap = _size / OverlapShare, last = length - _size, steps = (last + _size - overlap - 1) / (_size - overlap);
        return [.. Enumerable.Range(0, steps + 1).Select(i => (int)((long)i * last / steps))];
    }

    /// <summary>The pixel of the picture at a pixel of a tile.</summary>
    private int Place(int tile, int pixel)
    {
        (int line, int column) = _corners[tile];
        return (Mirrored(line + (pixel / _size), _height) * _width) + Mirrored(column + (pixel % _size), _width);
    }

    private bool IsInside(int tile, int pixel)
    {
        (int line, int column) = _corners[tile];
        return line + (pixel / _size) < _height && column + (pixel % _size) < _width;
    }

    /// <summary>How far a pixel of a tile is from its edge, from 1.</summary>
    private int Depth(int pixel)
    {
        int line = pixel / _size, column = pixel % _size;
        return 1 + Math.Min(Math.Min(line, _size - 1 - line), Math.Min(column, _size - 1 - column));
    }

    private int Owner(int place)
    {
        int owner = 0, deepest = 0;
        for (int tile = 0; tile < Count; tile++)
        {
            int line = (place / _width) - _corners[tile].Line, column = (place % _width) - _corners[tile].Column;
            if (line < 0 || line >= _size || column < 0 || column >= _size)
                continue;
            int depth = Depth((line * _size) + column);
            if (depth > deepest)
                (owner, deepest) = (tile, depth);
        }

        return owner;
    }
}
