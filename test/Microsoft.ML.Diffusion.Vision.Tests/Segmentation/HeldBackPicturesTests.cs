using Microsoft.ML.Diffusion.Tensors;
using Microsoft.ML.Diffusion.Vision.Pictures;
using Microsoft.ML.Diffusion.Vision.Segmentation;

namespace Microsoft.ML.Diffusion.Vision.Tests.Segmentation;

public class HeldBackPicturesTests
{
    [Fact]
    public void Tiles_of_one_picture_are_held_back_together_and_every_picture_once()
    {
        int?[] sources = [0, 0, 0, 2, 2, 3, 3, 3, 5, null, null];
        HeldBackPictures[] folds = HeldBackPictures.InTurn(Labelled(sources), 4, new Philox(3));

        Assert.Equal(4, folds.Length);
        Assert.Equal(Enumerable.Range(0, sources.Length), folds.SelectMany(fold => fold.Held).Order());
        Assert.All(folds, fold =>
        {
            Assert.Equal(Enumerable.Range(0, sources.Length), fold.Held.Concat(fold.Learnt).Order());
            Assert.Empty(SourcesOf(fold.Held).Intersect(SourcesOf(fold.Learnt)));
        });

        IEnumerable<int> SourcesOf(int[] pictures) => pictures.Select(picture => sources[picture]).OfType<int>();
    }

    [Fact]
    public void Tiles_of_the_only_picture_are_divided_and_a_single_one_is_not_held_back()
    {
        HeldBackPictures[] folds = HeldBackPictures.InTurn(Labelled(7, 7, 7), 4, new Philox(3));

        Assert.Equal(3, folds.Length);
        Assert.All(folds, fold => Assert.Equal((1, 2), (fold.Held.Length, fold.Learnt.Length)));
        Assert.Empty(HeldBackPictures.InTurn(Labelled(7), 4, new Philox(3)));
    }

    [Fact]
    public void Whole_pictures_are_divided_evenly()
    {
        HeldBackPictures[] folds = HeldBackPictures.InTurn(Labelled(new int?[10]), 4, new Philox(3));

        Assert.Equal([3, 3, 2, 2], folds.Select(fold => fold.Held.Length));
    }

    private static LabelledPicture[] Labelled(params int?[] sources) =>
        [.. sources.Select(source => new LabelledPicture(new Picture(1, 1, 1, [0]), [0], source))];
}
