using MathNet.Numerics.LinearAlgebra;
using Microsoft.ML.Diffusion.Series.Methods.GpVae;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Tests.Methods.GpVae;

public class BidiagonalPosteriorTests
{
    private const int Steps = 9;
    private static readonly CauchyPrior s_prior = new(Steps, variance: 1.3, length: 2.5);

    [Fact]
    public void A_draw_is_the_solution_of_the_dense_system()
    {
        BidiagonalPosterior posterior = Posterior(1);
        float[] normal = Normal(2);
        var draw = new double[Steps];
        posterior.Draw(normal, draw);
        Vector<double> solved = Factor(posterior).Transpose().Solve(Vector<double>.Build.Dense(Steps, t => normal[t]));
        for (int t = 0; t < Steps; t++)
            Assert.Equal(posterior.Mean[t] + solved[t], draw[t], 1e-10);
    }

    [Fact]
    public void The_divergence_is_the_dense_closed_form()
    {
        BidiagonalPosterior posterior = Posterior(3);
        Matrix<double> prior = Matrix<double>.Build.DenseOfRowMajor(Steps, Steps, s_prior.Covariance), covariance = Covariance(posterior);
        Vector<double> mean = Vector<double>.Build.DenseOfArray(posterior.Mean);
        double expected = (prior.Solve(covariance).Trace() + mean.DotProduct(prior.Solve(mean)) - Steps
            + Math.Log(prior.Determinant() / covariance.Determinant())) / 2;
        Assert.Equal(expected, posterior.Divergence(s_prior, 1), 1e-8 * expected);
    }

    [Fact]
    public void The_divergence_is_what_draws_average()
    {
        BidiagonalPosterior posterior = Posterior(4);
        Matrix<double> own = Covariance(posterior).Inverse(), prior = Matrix<double>.Build.DenseOfRowMajor(Steps, Steps, s_prior.Precision);
        double shift = (Math.Log(own.Determinant()) - Math.Log(prior.Determinant())) / 2, sum = 0, squares = 0;
        const int Draws = 40_000;
        var draw = new double[Steps];
        for (int i = 0; i < Draws; i++)
        {
            posterior.Draw(Normal((ulong)(100 + i)), draw);
            Vector<double> z = Vector<double>.Build.DenseOfArray(draw), noise = Vector<double>.Build.DenseOfArray(posterior.Noise);
            double ratio = shift + (z.DotProduct(prior * z) - noise.DotProduct(own * noise)) / 2;
            sum += ratio;
            squares += ratio * ratio;
        }
        double mean = sum / Draws, error = Math.Sqrt((squares / Draws - mean * mean) / Draws);
        Assert.InRange(posterior.Divergence(s_prior, 1), mean - 4 * error, mean + 4 * error);
        Assert.True(error < 0.02 * mean);
    }

    [Fact]
    public void The_gradient_of_the_divergence_is_that_of_central_differences() =>
        CheckGradient(posterior => posterior.Divergence(s_prior, 1), posterior => posterior.Divergence(s_prior, 1));

    [Fact]
    public void The_gradient_of_a_draw_is_that_of_central_differences()
    {
        float[] normal = Normal(6);
        double[] weights = [.. Normal(7).Select(x => (double)x)];
        double Weighted(BidiagonalPosterior posterior)
        {
            var draw = new double[Steps];
            posterior.Draw(normal, draw);
            return draw.Zip(weights, (x, w) => x * w).Sum();
        }

        CheckGradient(Weighted, posterior =>
        {
            Weighted(posterior);
            posterior.DrawBackward(weights);
        });
    }

    [Fact]
    public void The_gradient_of_the_divergence_is_scaled_by_the_factor()
    {
        BidiagonalPosterior once = Posterior(8), twice = Posterior(8);
        once.Divergence(s_prior, 1);
        twice.Divergence(s_prior, 2);
        for (int t = 0; t < Steps; t++)
            Assert.Equal(2 * once.OffGradient[t], twice.OffGradient[t], 1e-9);
    }

    [Fact]
    public void Variances_are_the_diagonal_of_the_dense_covariance()
    {
        BidiagonalPosterior posterior = Posterior(9);
        Matrix<double> covariance = Covariance(posterior);
        ReadOnlySpan<double> variances = posterior.Variances();
        for (int t = 0; t < Steps; t++)
            Assert.Equal(covariance[t, t], variances[t], 1e-10);
    }

    [Fact]
    public void Halved_length_scales_stand_in_blocks_with_the_rest_in_the_last()
    {
        CauchyPrior[] priors = CauchyPrior.ForLatents(latents: 5, scales: 2, steps: 4, variance: 1, length: 4);
        double[] neighbours = [.. priors.Select(prior => prior.Covariance[1])];
        double wide = 1 / (1 + 1 / 16.0), narrow = 1 / (1 + 1 / 4.0);
        Assert.Equal([wide, wide, wide, narrow, narrow], neighbours);
        Assert.All(priors, prior => Assert.Equal(1.001, prior.Covariance[0], 1e-12));
    }

    private static void CheckGradient(Func<BidiagonalPosterior, double> value, Action<BidiagonalPosterior> gradient)
    {
        BidiagonalPosterior posterior = Posterior(5);
        posterior.ClearGradients();
        gradient(posterior);
        (double[], double[])[] pairs =
        [
            (posterior.Mean, (double[])posterior.MeanGradient.Clone()),
            (posterior.Diagonal, (double[])posterior.DiagonalGradient.Clone()),
            (posterior.Off, (double[])posterior.OffGradient.Clone()),
        ];
        foreach ((double[] parameters, double[] found) in pairs)
        {
            for (int t = 0; t < Steps; t++)
            {
                const double Small = 1e-5;
                double at = parameters[t];
                parameters[t] = at + Small;
                double above = value(posterior);
                parameters[t] = at - Small;
                double below = value(posterior);
                parameters[t] = at;
                double expected = (above - below) / (2 * Small);
                Assert.Equal(expected, found[t], 1e-6 * (1 + Math.Abs(expected)));
            }
        }
    }

    private static BidiagonalPosterior Posterior(ulong seed)
    {
        var posterior = new BidiagonalPosterior(Steps);
        var random = new Philox(seed);
        for (int t = 0; t < Steps; t++)
        {
            posterior.Mean[t] = random.Normal((ulong)t);
            posterior.Diagonal[t] = 0.7 + random.Uniform((ulong)(50 + t));
            posterior.Off[t] = t == Steps - 1 ? 0 : 0.6 * random.Normal((ulong)(100 + t));
        }
        return posterior;
    }

    private static float[] Normal(ulong seed)
    {
        var normal = new float[Steps];
        new Philox(seed).FillNormal(normal);
        return normal;
    }

    private static Matrix<double> Factor(BidiagonalPosterior posterior) =>
        Matrix<double>.Build.Dense(Steps, Steps, (i, j) => i == j ? posterior.Diagonal[i] : j == i + 1 ? posterior.Off[i] : 0);

    private static Matrix<double> Covariance(BidiagonalPosterior posterior) =>
        (Factor(posterior) * Factor(posterior).Transpose()).Inverse();
}
