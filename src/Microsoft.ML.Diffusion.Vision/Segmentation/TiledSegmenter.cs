using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Vision.Pictures;

namespace Microsoft.ML.Diffusion.Vision.Segmentation;

/// <summary>Tells the class of every pixel of pictures of any one size. Safe to use from many threads at once.</summary>
internal sealed class TiledSegmenter
{
    private readonly PictureTiles _tiles;

    /// <param name="segmenter">Tells it for tiles.</param>
    /// <param name="height">Lines of a picture.</param>
    /// <param name="width">Pixels of a line.</param>
    public TiledSegmenter(PixelSegmenter segmenter, int height, int width)
    {
        Segmenter = segmenter;
        _tiles = new PictureTiles(height, width, segmenter.Network.Size);
    }

    /// <summary>Tells it for tiles.</summary>
    public PixelSegmenter Segmenter { get; }

    /// <summary>Trains on tiles of pictures.</summary>
    /// <param name="pictures">Pictures of one size, at least one, each with its mask or null.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="tileSize">The largest tile; null for the default.</param>
    /// <param name="options">The method.</param>
    /// <param name="progress">Told of the steps; null for nobody.</param>
    /// <param name="cancel">Looked at in every step.</param>
    public static TiledSegmenter Train(
        IReadOnlyList<(Picture Picture, byte[]? Mask)> pictures, int classes, int? tileSize, SegmentationOptions options,
        IProgress<TrainingProgress>? progress, CancellationToken cancel)
    {
        (int height, int width) = (pictures[0].Picture.Height, pictures[0].Picture.Width);
        var tiles = new PictureTiles(height, width, TileSize(options) ?? PictureTiles.SizeFor(height, width, tileSize));
        List<Picture> unlabelled = [];
        List<LabelledPicture> labelled = [];
        for (int source = 0; source < pictures.Count; source++)
        {
            (Picture picture, byte[]? mask) = pictures[source];
            for (int tile = 0; tile < tiles.Count; tile++)
            {
                Picture part = tiles.Cut(picture, tile);
                byte[]? partMask = mask is null ? null : tiles.CutMask(mask, tile);
                if (partMask?.Any(label => label != LabelledPicture.Ignored) == true)
                    labelled.Add(new LabelledPicture(part, partMask, source));
                else
                    unlabelled.Add(part);
            }
        }

        return new TiledSegmenter(PixelSegmenter.Train(unlabelled, labelled, classes, options, progress, cancel), height, width);
    }

    private static int? TileSize(SegmentationOptions options) => (options.Pretrained?.Network.Settings ?? options.Network)?.Size;

    /// <summary>Tells the classes of a picture of the size that was trained.</summary>
    public SegmentedPicture Segment(Picture picture)
    {
        var parts = new SegmentedPicture[_tiles.Count];
        for (int tile = 0; tile < parts.Length; tile++)
            parts[tile] = Segmenter.Segment(_tiles.Cut(picture, tile));
        return _tiles.Join(parts, Segmenter.Classes);
    }
}
