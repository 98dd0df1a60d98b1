using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Vision.Views;
using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.Diffusion.Vision.Tests.Views;

public class MaskReaderTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Every_form_of_mask_says_the_same()
    {
        using MLImage image = MLImage.CreateFromPixels(
            2, 2, MLPixelFormat.Bgra32, [0, 0, 0, 255, 2, 2, 2, 255, 9, 9, 9, 255, 1, 1, 1, 255]);
        var rows = new List<Masks>
        {
            new() { Bytes = [0, 2, 9, 1], Singles = [0, 2, float.NaN, 1], Wholes = [0, 2, 9, 1], Keys = [1, 3, 0, 2], Image = image },
            new(),
        };
        IDataView view = _ml.Data.LoadFromEnumerable(rows);
        foreach (DataViewSchema.Column column in view.Schema)
        {
            MaskReader.Check(column);
            using DataViewRowCursor cursor = view.GetRowCursor([column]);
            Func<RawMask?> read = MaskReader.Open(cursor, column, ignored: 9);
            Assert.True(cursor.MoveNext());
            RawMask mask = read()!;
            Assert.Equal([0, 2, 255, 1], mask.Labels);
            Assert.Equal(column.Name == "Image" ? 2 : 0, mask.Height);
            Assert.True(cursor.MoveNext());
            Assert.Null(read());
        }
    }

    [Theory]
    [InlineData(0.5f)]
    [InlineData(-1f)]
    [InlineData(255f)]
    [InlineData(1e20f)]
    [InlineData(float.PositiveInfinity)]
    public void Numbers_that_are_no_class_are_refused(float label)
    {
        IDataView view = _ml.Data.LoadFromEnumerable(new List<Masks> { new() { Singles = [label] } });
        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Singles"]]);
        Func<RawMask?> read = MaskReader.Open(cursor, view.Schema["Singles"], ignored: 9);
        Assert.True(cursor.MoveNext());
        Assert.Contains("'Singles'", Assert.Throws<InvalidDataException>(() => read()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Coloured_masks_are_refused()
    {
        using MLImage image = MLImage.CreateFromPixels(1, 1, MLPixelFormat.Bgra32, [0, 1, 0, 255]);
        IDataView view = _ml.Data.LoadFromEnumerable(new List<Masks> { new() { Image = image } });
        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Image"]]);
        Func<RawMask?> read = MaskReader.Open(cursor, view.Schema["Image"], ignored: 255);
        Assert.True(cursor.MoveNext());
        Assert.Contains("coloured", Assert.Throws<InvalidDataException>(() => read()).Message, StringComparison.Ordinal);
    }

    private sealed class Masks
    {
        public byte[] Bytes { get; set; } = [];

        public float[] Singles { get; set; } = [];

        public uint[] Wholes { get; set; } = [];

        [KeyType(3)]
        public uint[] Keys { get; set; } = [];

        [ImageType(2, 2)]
        public MLImage? Image { get; set; }
    }
}
