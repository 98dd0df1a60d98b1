using Microsoft.ML.Diffusion.Series.Methods.Smoother;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Tests.Methods.Smoother;

public class StateFilterTests
{
    private const int Steps = 12, Width = 3;

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void Each_step_is_that_of_the_closed_form_of_the_series_so_far(double period)
    {
        SeriesCovariance covariance = With(period);
        double[] times = SimulatedSeries.Times(Steps, new Philox(3));
        double[] cells = [.. PriorDraw.Of(covariance, times, new Philox(4)).Select((x, i) => i % 5 is 1 or 2 ? double.NaN : x)];
        var filter = new StateFilter(covariance);
        double[] means = new double[Width], variances = new double[Width], expected = new double[Width], ofExpected = new double[Width];
        var system = new CellSystem(covariance);
        for (int t = 0; t < Steps; t++)
        {
            filter.Append(times[t], cells.AsSpan(t * Width, Width), means, variances);
            system.Condition(times.AsSpan(0, t + 1), cells.AsSpan(0, (t + 1) * Width));
            system.Predict(t, t + 1, expected, ofExpected);
            for (int v = 0; v < Width; v++)
            {
                Assert.Equal(expected[v], means[v], 1e-9);
                Assert.Equal(ofExpected[v], variances[v], 1e-9);
            }
        }
    }

    [Fact]
    public void A_million_steps_leave_variances_as_they_are_after_a_thousand()
    {
        SeriesCovariance covariance = With(5);
        var filter = new StateFilter(covariance);
        double[] means = new double[Width], variances = new double[Width], early = new double[Width], cells = [0.5, double.NaN, -1];
        for (int t = 0; t < 1_000_000; t++)
        {
            filter.Append(t, cells, means, variances);
            if (t == 1000)
                variances.CopyTo(early, 0);
        }
        for (int v = 0; v < Width; v++)
        {
            Assert.InRange(variances[v], 0.5 * early[v], early[v]);
            Assert.InRange(means[v], -2, 2);
        }
    }

    private static SeriesCovariance With(double period)
    {
        SeriesCovariance own = SimulatedSeries.Covariance;
        return new SeriesCovariance(own.Variables, own.Scales, period, own.Rank, own.Factors, own.Own, own.Noise);
    }
}
