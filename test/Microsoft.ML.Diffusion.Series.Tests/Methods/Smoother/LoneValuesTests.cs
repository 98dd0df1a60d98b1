using Microsoft.ML.Diffusion.Series.Methods.Smoother;

namespace Microsoft.ML.Diffusion.Series.Tests.Methods.Smoother;

public class LoneValuesTests
{
    private const double No = double.NaN, Limit = VariableTransform.Limit;

    [Theory]
    [InlineData(new[] { 0.5, 9, 1, No, -8, -0.5 }, new[] { 0.5, Limit, 1, No, -Limit, -0.5 })]
    [InlineData(new[] { 7, No, 9, 6, 0 }, new[] { 7, No, 7, 6, 0 })]
    [InlineData(new[] { 9.0, -9, 9 }, new[] { Limit, -Limit, Limit })]
    [InlineData(new[] { No, 9 }, new[] { No, Limit })]
    public void A_far_value_counts_as_far_as_a_neighbour_does(double[] numbers, double[] expected)
    {
        LoneValues.Tame(numbers, 1, isCausal: false);
        Assert.Equal(expected, numbers);
    }

    [Fact]
    public void What_comes_after_is_not_looked_at_where_it_may_not()
    {
        double[] numbers = [7, 8, 9, 6];
        LoneValues.Tame(numbers, 1, isCausal: true);
        Assert.Equal([Limit, 7, 8, 6], numbers);
    }

    [Fact]
    public void Variables_are_told_apart()
    {
        double[] numbers = [9, 1, 9, 9, No, 9];
        LoneValues.Tame(numbers, 2, isCausal: false);
        Assert.Equal([9, 1, 9, 9, No, 9], numbers);
    }

    [Fact]
    public void A_guess_is_no_further_than_what_was_observed_before_or_after_it()
    {
        SmoothedSeries series = SmoothedSeries.Begin([]);
        double[][] steps = [[6, 1], [No, No], [No, 2]];
        foreach (double[] step in steps)
            series.Append(series.Length, step, step, step);
        Assert.Equal(6, LoneValues.Tame(series, 2, 50));
        Assert.Equal(5.5, LoneValues.Tame(series, 4, 5.5));
        Assert.Equal(-Limit, LoneValues.Tame(series, 4, -50));
        Assert.Equal(Limit, LoneValues.Tame(series, 3, 50));
        Assert.Equal(3, LoneValues.Tame(series, 3, 3));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_value_beyond_the_limit_goes_back_to_where_it_came_from(double power)
    {
        var transform = new VariableTransform(3, 2, power, 0.1, 1.2, -1000, 1000);
        foreach (double value in (double[])[-60, 20, 45, 300])
            Assert.Equal(value, transform.Revert(transform.Apply(value)), 1e-6);
        Assert.InRange(transform.Apply(300), Limit, 4 * Limit);
    }
}
