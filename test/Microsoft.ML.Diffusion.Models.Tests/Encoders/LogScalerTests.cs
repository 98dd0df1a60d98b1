using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Tests;

public class LogScalerTests
{
    [Theory]
    [InlineData(2, 1)]
    [InlineData(3, 100)]
    [InlineData(5, 1)]
    [InlineData(5, -1)]
    [InlineData(5, 1e-6)]
    public void Lognormal_numbers_are_scaled_by_their_logarithm(double deviation, double factor)
    {
        double[] values = [.. Normal(1000).Select(z => factor * Math.Exp(deviation * z))];

        LogScaler scaler = Assert.IsType<LogScaler>(LogScaler.FitWhereNeeded(values));

        // Most scaled numbers are between -2 and 2, and each comes back to within a thousandth of itself,
        // even below the unit, where the scale is a straight line.
        Assert.InRange(values.Count(value => Math.Abs(scaler.Scale(value)) < 2), 900, 1000);
        Assert.All(values, value => Assert.Equal(1, scaler.Unscale(scaler.Scale(value)) / value, 1e-3));
    }

    [Fact]
    public void Zeros_beside_lognormal_numbers_come_back_as_zeros()
    {
        double[] values = [.. Normal(1000).Select((z, i) => i % 4 == 0 ? 0 : 50 * Math.Exp(3 * z))];

        LogScaler scaler = Assert.IsType<LogScaler>(LogScaler.FitWhereNeeded(values));

        Assert.Equal(0, scaler.Unscale(scaler.Scale(0)), 1e-3);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1e6)]
    public void Profits_and_losses_over_many_powers_of_ten_are_scaled_without_a_gap_at_zero(double factor)
    {
        double[] values = [.. Normal(1000).Select(z => factor * Math.Sinh(5 * z))];

        LogScaler scaler = Assert.IsType<LogScaler>(LogScaler.FitWhereNeeded(values));

        // As many scaled numbers are in the middle as a normal distribution has there: 383 of 1,000 within half a deviation.
        Assert.InRange(values.Count(value => Math.Abs(scaler.Scale(value)) < 0.5), 250, 500);
        Assert.InRange(values.Count(value => Math.Abs(scaler.Scale(value)) < 2), 900, 1000);
        Assert.All(values, value =>
            Assert.Equal(value, scaler.Unscale(scaler.Scale(value)), (Math.Abs(value) * 1e-3) + (Math.Abs(factor) * 1e-3)));
    }

    [Fact]
    public void Numbers_of_about_one_size_keep_their_own_scale()
    {
        double[] normal = [.. Normal(1000)];

        Assert.Null(LogScaler.FitWhereNeeded(normal));
        Assert.Null(LogScaler.FitWhereNeeded([.. normal.Select(z => 100 + z)]));
        Assert.Null(LogScaler.FitWhereNeeded([.. normal.Select(z => Math.Abs(z))]));
        Assert.Null(LogScaler.FitWhereNeeded([.. normal.Select((_, i) => i + 1.0)]));
        Assert.Null(LogScaler.FitWhereNeeded([.. normal.Select(z => Math.Exp(0.7 * z))]));
        Assert.Null(LogScaler.FitWhereNeeded([.. normal.Select((z, i) => i % 3 == 0 ? Math.Exp(4 * z) : 0)]));
        Assert.Null(LogScaler.FitWhereNeeded([1, 1e9]));
    }

    private static float[] Normal(int count)
    {
        float[] values = new float[count];
        new Philox(7).FillNormal(values);
        return values;
    }
}
