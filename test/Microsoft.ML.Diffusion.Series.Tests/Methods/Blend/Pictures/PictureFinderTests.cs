using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Series.Methods.Blend;
using Microsoft.ML.Diffusion.Series.Methods.Blend.Pictures;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Tests.Methods.Blend.Pictures;

public class PictureFinderTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Pictures_are_found_with_their_lines(bool isGrey)
    {
        PictureShape? shape = PictureFinder.Find(MovingBars.Make(60, 0.5f, 0.5f, isGrey).Holes, null);
        Assert.NotNull(shape);
        Assert.Equal((MovingBars.Side, MovingBars.Side, !isGrey), (shape.Width, shape.Height, shape.IsBinary));
    }

    [Fact]
    public void Lines_that_are_longer_than_there_are_lines_are_found()
    {
        // Blots of 3 x 3 pixels on 12 x 7.
        SeriesTable table = Wide(84, (random, v) =>
            Math.Abs(v % 12 - random.Below(0, 12)) <= 1 && Math.Abs(v / 12 - random.Below(1, 7)) <= 1 ? 1 : 0);
        Assert.Equal((12, 7), (PictureFinder.Find(table, null)!.Width, PictureFinder.Find(table, null)!.Height));
    }

    [Theory]
    [InlineData(0, 255)]
    [InlineData(1, 2)]
    [InlineData(-0.3, 0.1)]
    public void Any_two_numbers_are_as_good_as_zeros_and_ones_and_a_few_others_are_a_slip(double low, double high)
    {
        SeriesTable table = Of(0);
        PictureShape shape = PictureFinder.Find(table, null)!;
        Assert.Equal((MovingBars.Side, new TwoValues(low, high)), (shape.Width, shape.Two));
        Assert.Equal((-1, 1), (shape.ToNetwork(low), shape.ToNetwork(high)));
        Assert.Equal(new TwoValues(low, high), PictureFinder.Find(Of(5), null)!.Two);
        // One pixel in a hundred is no slip.
        Assert.Null(PictureFinder.Find(Of(200), 8)!.Two);

        SeriesTable Of(int others)
        {
            SeriesTable holes = MovingBars.Make(60, 0.5f, 0.5f).Holes;
            int next = 0;
            return holes with
            {
                Items = [.. holes.Items.Select(series => series with
                {
                    Cells = [.. series.Cells.Select(x => double.IsNaN(x) ? x : next++ < others ? 1000 : x == 0 ? low : high)],
                })],
            };
        }
    }

    [Fact]
    public void Wide_tables_that_are_no_pictures_are_left_alone()
    {
        // Nothing in common; one level in common; a spectrum, whose neighbours are alike but which has no lines; codes of few kinds.
        Assert.Null(PictureFinder.Find(Wide(96, (random, v) => random.Normal((ulong)v)), null));
        Assert.Null(PictureFinder.Find(Wide(96, (random, v) => random.Normal(0) + 0.5 * random.Normal((ulong)v + 1)), null));
        Assert.Null(PictureFinder.Find(Wide(96, (random, v) => Math.Sin(0.2 * v + 6 * random.Uniform(0))), null));
        Assert.Null(PictureFinder.Find(Wide(96, (random, v) => random.Uniform((ulong)(v % 8)) < 0.3 ? 1 : 0), null));
        Assert.Null(PictureFinder.Find(SimulatedSeries.Table(60, 12, 0.3).Holes, null));
    }

    [Fact]
    public void What_the_user_says_of_the_width_counts()
    {
        SeriesTable table = MovingBars.Make(60, 0.5f, 0.5f).Holes;
        Assert.Null(PictureFinder.Find(table, 0));
        Assert.Equal((16, 4), (PictureFinder.Find(table, 16)!.Width, PictureFinder.Find(table, 16)!.Height));
        var options = new BlendOptions { PictureWidth = 10 };
        Assert.Contains("64 variables do not make whole lines",
            Assert.Throws<ArgumentException>(() => options.Registration.Train(table, options)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new BlendOptions { PictureWidth = 1 }.Validate());
        Assert.Throws<ArgumentOutOfRangeException>(() => new BlendOptions { PictureChannels = 12 }.Validate());
    }

    private static SeriesTable Wide(int variables, Func<Philox, int, double> cell) => new(variables, [.. Enumerable.Range(0, 40).Select(s =>
        new Data.Series([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [.. Enumerable.Range(0, 10 * variables).Select(i =>
            cell(new Philox(5).Fork((ulong)(s * 10 + i / variables)), i % variables))]))]);
}
