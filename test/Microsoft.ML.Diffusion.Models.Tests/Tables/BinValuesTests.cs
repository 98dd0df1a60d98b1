using Microsoft.ML.Diffusion.Models.Encoders;

namespace Microsoft.ML.Diffusion.Models.Tests;

public class BinValuesTests
{
    // 40 values between 0 and 1, the value 2 in 60 rows, and 100 values between 3 and 4.
    private static readonly double[] s_values =
    [
        .. Enumerable.Range(0, 40).Select(i => i / 40.0), .. Enumerable.Repeat(2.0, 60),
        .. Enumerable.Range(0, 100).Select(i => 3 + i / 99.0),
    ];

    private static readonly BinValues s_bin = BinValues.Of(s_values);

    [Fact]
    public void A_value_that_rows_repeat_comes_exactly_and_as_often()
    {
        double[] drawn = [.. Enumerable.Range(0, 1000).Select(i => s_bin.At((i + 0.5) / 1000))];
        Assert.Equal(0.3, drawn.Count(value => value == 2) / 1000.0, 0.01);
        Assert.Equal(0.2, drawn.Count(value => value < 1.51) / 1000.0, 0.01);
        Assert.Equal(3.5, drawn.Where(value => value > 2).Average(), 0.05);
        Assert.Equal((0, 4), (Math.Round(drawn.Min(), 2), Math.Round(drawn.Max(), 2)));
    }

    [Fact]
    public void Shares_below_and_up_to_a_value_are_those_of_the_values_drawn()
    {
        Assert.Equal(0.2, s_bin.ShareBelow(2), 1e-9);
        Assert.Equal(0.5, s_bin.ShareUpTo(2), 1e-9);
        Assert.Equal((0.0, 1.0), (s_bin.ShareBelow(-1), s_bin.ShareUpTo(9)));
        Assert.Equal((0.0, 1.0), (s_bin.ShareUpTo(-1), s_bin.ShareBelow(9)));
        foreach (double rank in new[] { 0.05, 0.15, 0.6, 0.9 })
            Assert.Equal(rank, s_bin.ShareBelow(s_bin.At(rank)), 1e-9);
    }

    [Fact]
    public void A_value_of_one_row_alone_is_not_handed_out()
    {
        double[] values = [.. Enumerable.Range(0, 100).Select(i => Math.Sqrt(i))];
        BinValues bin = BinValues.Of(values);
        Assert.DoesNotContain(Enumerable.Range(1, 998).Select(i => bin.At(i / 999.0)), value => values.Contains(value));
    }

    [Fact]
    public void One_value_is_itself_and_values_are_read_back_as_they_were_written()
    {
        Assert.Equal(7, BinValues.Of([7, 7, 7]).At(0.3));
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        s_bin.Save(writer);
        stream.Position = 0;
        using BinaryReader reader = new(stream);
        BinValues loaded = BinValues.Load(reader);
        Assert.All(Enumerable.Range(0, 50), i => Assert.Equal(s_bin.At(i / 49.0), loaded.At(i / 49.0)));
    }
}
