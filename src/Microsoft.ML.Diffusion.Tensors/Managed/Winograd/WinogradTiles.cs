namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>Where the tiles of 2 x 2 pixels of pictures lie.</summary>
internal readonly unsafe struct WinogradTiles
{
    /// <param name="pixels">Pixels of all pictures.</param>
    /// <param name="height">Lines of a picture; even.</param>
    /// <param name="width">Pixels of a line; even.</param>
    internal WinogradTiles(int pixels, int height, int width)
    {
        (Height, Width) = (height, width);
        Count = pixels / (WinogradTransforms.Tile * WinogradTransforms.Tile);
    }

    internal int Height { get; }

    internal int Width { get; }

    internal int Count { get; }

    /// <summary>Which pixel the upper left one of a tile is.</summary>
    internal int Pixel(int tile)
    {
        // A line of tiles has as many as half a line of pixels, and takes two lines; pictures have an even number of lines.
        int across = Width / WinogradTransforms.Tile, line = tile / across;
        return (WinogradTransforms.Tile * line * Width) + (WinogradTransforms.Tile * (tile - (line * across)));
    }
}
