using Microsoft.ML.Diffusion.Series.Imputation;

namespace Microsoft.ML.Diffusion.Series.Tests.Imputation;

public class GapLimitTests
{
    private const double No = double.NaN;

    private static readonly Data.Series s_series = new([0, 1, 2, 4, 5, 9, 10, 11], [No, No, 1, No, 1, No, No, No]);

    [Theory]
    [InlineData(SeriesDirection.Smooth, 3, "11111000")]
    [InlineData(SeriesDirection.Smooth, 2.5, "11101000")]
    [InlineData(SeriesDirection.Smooth, 5, "11111110")]
    [InlineData(SeriesDirection.Causal, 3, "00111000")]
    [InlineData(SeriesDirection.Causal, 5, "00111110")]
    public void Only_gaps_up_to_the_limit_are_filled(SeriesDirection direction, double most, string filled)
    {
        double[] completed = [.. s_series.Cells.Select(cell => double.IsNaN(cell) ? 7 : cell)];
        GapLimit.Apply(most, s_series, direction, completed, []);
        Assert.Equal(filled, string.Concat(completed.Select(cell => double.IsNaN(cell) ? '0' : '1')));
    }

    [Fact]
    public void A_series_in_which_nothing_was_observed_is_one_endless_gap()
    {
        double[] completed = [3, 3];
        GapLimit.Apply(1e300, new Data.Series([0, 1], [No, No]), SeriesDirection.Smooth, completed, []);
        Assert.All(completed, cell => Assert.True(double.IsNaN(cell)));
    }
}
