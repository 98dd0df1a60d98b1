using MathNet.Numerics.LinearAlgebra;
using Microsoft.ML.Diffusion.Series.Methods.Smoother;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Tests.Methods.Smoother;

public class CellSystemTests
{
    private const int Width = 3, Steps = 7;

    [Fact]
    public void Means_and_variances_are_those_of_the_dense_closed_form()
    {
        (double[] times, double[] cells) = Example();
        var system = new CellSystem(SimulatedSeries.Covariance);
        system.Condition(times, cells);
        double[] means = new double[cells.Length], variances = new double[cells.Length];
        system.Predict(0, Steps, means, variances);
        for (int target = 0; target < cells.Length; target++)
        {
            (double mean, double variance) = Dense(times, cells, target);
            Assert.Equal(mean, means[target], 1e-9);
            Assert.Equal(variance, variances[target], 1e-9);
            (double one, double ofOne) = system.Predict(target);
            Assert.Equal(mean, one, 1e-9);
            Assert.Equal(variance, ofOne, 1e-9);
        }
    }

    [Fact]
    public void Means_alone_are_the_same_as_with_variances()
    {
        (double[] times, double[] cells) = Example();
        var system = new CellSystem(SimulatedSeries.Covariance);
        system.Condition(times, cells);
        double[] alone = new double[cells.Length], means = new double[cells.Length], variances = new double[cells.Length];
        system.Predict(0, Steps, alone, []);
        system.Predict(0, Steps, means, variances);
        for (int i = 0; i < alone.Length; i++)
            Assert.Equal(means[i], alone[i], 1e-9);
    }

    [Fact]
    public void Values_left_out_one_by_one_are_those_of_as_many_fits()
    {
        (double[] times, double[] cells) = Example();
        var system = new CellSystem(SimulatedSeries.Covariance);
        system.Invert(times, cells);
        double[] means = new double[system.Count], variances = new double[system.Count];
        system.LeaveOneOut(means, variances);
        int[] seen = system.Cells.ToArray();
        for (int i = 0; i < seen.Length; i++)
        {
            double[] without = (double[])cells.Clone();
            without[seen[i]] = double.NaN;
            system.Condition(times, without);
            (double mean, double variance) = system.Predict(seen[i]);
            Assert.Equal(mean, means[i], 1e-9);
            Assert.Equal(variance + SimulatedSeries.Covariance.Noise[seen[i] % Width], variances[i], 1e-9);
        }
    }

    [Fact]
    public void The_log_density_is_that_of_the_dense_closed_form()
    {
        (double[] times, double[] cells) = Example();
        var system = new CellSystem(SimulatedSeries.Covariance);
        system.Condition(times, cells);
        int[] seen = system.Cells.ToArray();
        Matrix<double> covariance = Covariances(times, seen, seen, withNoise: true);
        var y = Vector<double>.Build.DenseOfEnumerable(seen.Select(i => cells[i]));
        double squares = y * covariance.Cholesky().Solve(y), logarithms = covariance.Cholesky().DeterminantLn;
        double expected = -(squares + logarithms + seen.Length * Math.Log(2 * Math.PI)) / 2;
        Assert.Equal(expected, system.LogDensity(), 1e-9);
    }

    [Fact]
    public void The_gradient_of_the_log_density_is_that_of_central_differences()
    {
        (double[] times, double[] cells) = Example();
        SeriesCovariance covariance = SimulatedSeries.Covariance;
        StretchGradient gradient = StretchGradient.Of(covariance, times, cells);
        const double Small = 1e-5;
        for (int v = 0; v < Width; v++)
        {
            double[] above = (double[])covariance.Noise.Clone(), below = (double[])covariance.Noise.Clone();
            above[v] += Small;
            below[v] -= Small;
            double expected = (Density(covariance.Own, above) - Density(covariance.Own, below)) / (2 * Small);
            Assert.Equal(expected, gradient.Noise[v], 1e-4 * (1 + Math.Abs(expected)));
        }
        for (int k = 0; k < covariance.Processes; k++)
        {
            for (int v = 0; v < Width; v++)
            {
                double[][] above = [.. covariance.Own.Select(x => (double[])x.Clone())];
                double[][] below = [.. covariance.Own.Select(x => (double[])x.Clone())];
                above[k][v] += Small;
                below[k][v] -= Small;
                double expected = (Density(above, covariance.Noise) - Density(below, covariance.Noise)) / (2 * Small);
                Assert.Equal(expected, 2 * covariance.Own[k][v] * gradient.Shared[k][v * Width + v], 1e-4 * (1 + Math.Abs(expected)));
            }
        }

        double Density(double[][] own, double[] noise)
        {
            var system = new CellSystem(new SeriesCovariance(Width, covariance.Scales, 0, covariance.Rank, covariance.Factors, own, noise));
            system.Condition(times, cells);
            return system.LogDensity();
        }
    }

    private static (double[] Times, double[] Cells) Example()
    {
        double[] times = SimulatedSeries.Times(Steps, new Philox(3));
        double[] cells = PriorDraw.Of(SimulatedSeries.Covariance, times, new Philox(4));
        return (times, [.. cells.Select((x, i) => i % 4 == 1 ? double.NaN : x)]);
    }

    private static (double Mean, double Variance) Dense(double[] times, double[] cells, int target)
    {
        int[] seen = [.. Enumerable.Range(0, cells.Length).Where(i => !double.IsNaN(cells[i]))];
        var y = Vector<double>.Build.DenseOfEnumerable(seen.Select(i => cells[i]));
        Matrix<double> cross = Covariances(times, [target], seen, withNoise: false);
        Matrix<double> solved = Covariances(times, seen, seen, withNoise: true).Cholesky().Solve(cross.Transpose());
        double own = Covariances(times, [target], [target], withNoise: false)[0, 0];
        return (solved.Column(0) * y, own - (cross * solved)[0, 0]);
    }

    private static Matrix<double> Covariances(double[] times, int[] left, int[] right, bool withNoise)
    {
        SeriesCovariance covariance = SimulatedSeries.Covariance;
        var result = Matrix<double>.Build.Dense(left.Length, right.Length);
        for (int i = 0; i < left.Length; i++)
        {
            for (int j = 0; j < right.Length; j++)
            {
                int v = left[i] % Width, w = right[j] % Width;
                double distance = Math.Abs(times[left[i] / Width] - times[right[j] / Width]), sum = 0;
                for (int k = 0; k < covariance.Processes; k++)
                {
                    double shared = covariance.Factors[k][v] * covariance.Factors[k][w] + (v == w ? Math.Pow(covariance.Own[k][v], 2) : 0);
                    sum += shared * (double.IsInfinity(covariance.Scales[k]) ? 1 : Math.Exp(-distance / covariance.Scales[k]));
                }
                result[i, j] = sum + (withNoise && left[i] == right[j] ? covariance.Noise[v] : 0);
            }
        }
        return result;
    }
}
