using Microsoft.ML.Diffusion.Vision.Pictures;
using Microsoft.ML.Diffusion.Vision.Segmentation;

namespace Microsoft.ML.Diffusion.Vision.Tests.Segmentation;

public class PictureTilesTests
{
    [Theory]
    [InlineData(16, 16)]
    [InlineData(40, 24)]
    [InlineData(17, 33)]
    [InlineData(5, 1)]
    public void Tiles_put_together_are_the_picture_and_every_pixel_is_learnt_once(int height, int width)
    {
        float[] pixels = [.. Enumerable.Range(0, height * width).Select(i => (i % 97) / 97f)];
        byte[] mask = [.. Enumerable.Range(0, height * width).Select(i => (byte)(i % 3))];
        var picture = new Picture(height, width, 1, pixels);
        var tiles = new PictureTiles(height, width, 16);
        SegmentedPicture[] parts = [.. Enumerable.Range(0, tiles.Count).Select(tile =>
        {
            float[] own = tiles.Cut(picture, tile).Pixels;
            return SegmentedPicture.Of([.. own.SelectMany(value => new[] { value, 1 - value })], own);
        })];
        SegmentedPicture whole = tiles.Join(parts, classes: 2);

        Assert.Equal(pixels, whole.Uncertainty.Select(value => MathF.Round(value * 97) / 97f));
        int[] found = [.. Enumerable.Range(0, 3).Select(label => Enumerable.Range(0, tiles.Count)
            .Sum(tile => tiles.CutMask(mask, tile).Count(value => value == label)))];
        Assert.Equal(Enumerable.Range(0, 3).Select(label => mask.Count(value => value == label)), found);
    }

    [Theory]
    [InlineData(64, 64, null, 64)]
    [InlineData(300, 200, null, 64)]
    [InlineData(300, 200, 128, 128)]
    [InlineData(20, 33, null, 40)]
    [InlineData(3, 3, null, 16)]
    public void Tiles_are_no_larger_than_needed(int height, int width, int? most, int expected) =>
        Assert.Equal(expected, PictureTiles.SizeFor(height, width, most));
}
