using Microsoft.ML.Diffusion.Series.Methods.Smoother;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Tests.Methods.Smoother;

public class SmootherModelTests
{
    private static readonly VariableTransform s_same = new(0, 1, 1, 0, 1, -100, 100);

    [Fact]
    public void Draws_have_the_moments_of_the_conditional_distribution()
    {
        SmootherModel model = Known();
        double[] times = SimulatedSeries.Times(6, new Philox(1));
        double[] cells = [.. PriorDraw.Of(model.Covariance, times, new Philox(2)).Select((x, i) => i is >= 6 and < 12 ? double.NaN : x)];
        double[] means = new double[cells.Length], variances = new double[cells.Length], residuals = new double[cells.Length];
        model.Predict(times, cells, isCausal: false, means, variances);
        const int Draws = 4000;
        double[] sums = new double[cells.Length], squares = new double[cells.Length];
        double neighbors = 0;
        for (int draw = 0; draw < Draws; draw++)
        {
            model.Draw(times, cells, isCausal: false, new Philox(3).Fork((ulong)draw), residuals);
            for (int i = 0; i < cells.Length; i++)
            {
                sums[i] += residuals[i];
                squares[i] += residuals[i] * residuals[i];
            }
            neighbors += residuals[6] * residuals[9];
        }
        for (int i = 0; i < cells.Length; i++)
        {
            if (!double.IsNaN(cells[i]))
            {
                Assert.Equal(0, squares[i]);
                continue;
            }
            Assert.InRange(sums[i] / Draws, -5 * Math.Sqrt(variances[i] / Draws), 5 * Math.Sqrt(variances[i] / Draws));
            Assert.InRange(squares[i] / Draws / variances[i], 0.9, 1.1);
        }
        // The same variable at neighbouring steps of a gap.
        Assert.True(neighbors / Draws > 0.1 * Math.Sqrt(variances[6] * variances[9]));
    }

    [Fact]
    public void A_long_series_is_predicted_in_stretches_nearly_as_if_it_were_whole()
    {
        SmootherModel model = Known();
        double[] times = SimulatedSeries.Times(1300, new Philox(5));
        double[] cells = [.. PriorDraw.Of(model.Covariance, times, new Philox(6)).Select((x, i) => i % 5 is 2 or 3 ? double.NaN : x)];
        double[] means = new double[cells.Length], variances = new double[cells.Length];
        model.Predict(times, cells, isCausal: false, means, variances);
        // Around the middle, all cells of 300 steps at once: enough on both sides.
        int first = 500, last = 800;
        double[] near = new double[(last - first) * 3], ofNear = new double[near.Length];
        var system = new CellSystem(model.Covariance);
        system.Condition(times.AsSpan(first, last - first), cells.AsSpan(first * 3, near.Length));
        system.Predict(0, last - first, near, ofNear);
        for (int i = 140 * 3; i < 160 * 3; i++)
            Assert.Equal(near[i], means[first * 3 + i], 0.05);
    }

    [Fact]
    public void A_causal_prediction_does_not_change_with_the_future()
    {
        SmootherModel model = Known();
        double[] times = SimulatedSeries.Times(30, new Philox(8));
        double[] cells = [.. PriorDraw.Of(model.Covariance, times, new Philox(9)).Select((x, i) => i % 3 == 1 ? double.NaN : x)];
        double[] changed = [.. cells.Select((x, i) => i >= 45 ? -3 * x + 1 : x)];
        double[] means = new double[cells.Length], variances = new double[cells.Length];
        double[] other = new double[cells.Length], ofOther = new double[cells.Length];
        model.Predict(times, cells, isCausal: true, means, variances);
        model.Predict(times, changed, isCausal: true, other, ofOther);
        Assert.Equal(means[..45], other[..45]);
        Assert.Equal(variances[..45], ofOther[..45]);
        Assert.NotEqual(means[45..], other[45..]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(0.5)]
    [InlineData(2)]
    public void A_transform_goes_back_to_where_it_came_from(double power)
    {
        var transform = new VariableTransform(3, 2, power, 0.1, 1.2, -100, 100);
        foreach (double value in (double[])[-1, 0, 2.5, 3, 4, 7])
            Assert.Equal(value, transform.Revert(transform.Apply(value)), 1e-9);
    }

    [Fact]
    public void A_skewed_variable_becomes_nearly_symmetric()
    {
        float[] normal = new float[4000];
        new Philox(10).FillNormal(normal);
        double[] values = [.. normal.Select(x => Math.Exp(1.2 * x))];
        var transform = VariableTransform.Fit((double[])values.Clone());
        double[] numbers = [.. values.Select(transform.Apply)];
        double Moment(double[] x, int power) => x.Average(y => Math.Pow(y - x.Average(), power));
        double Skewness(double[] x) => Moment(x, 3) / Math.Pow(Moment(x, 2), 1.5);
        Assert.True(Math.Abs(Skewness(numbers)) < 0.15 * Skewness(values));
    }

    private static SmootherModel Known() => new([s_same, s_same, s_same], SimulatedSeries.Covariance);
}
