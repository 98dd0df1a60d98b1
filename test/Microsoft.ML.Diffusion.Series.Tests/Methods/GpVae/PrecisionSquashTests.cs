using Microsoft.ML.Diffusion.Series.Methods.GpVae;

namespace Microsoft.ML.Diffusion.Series.Tests.Methods.GpVae;

public class PrecisionSquashTests
{
    [Fact]
    public void A_signed_posterior_comes_nearer_to_a_slow_prior_than_positive_ones()
    {
        double sigmoid = Least(PrecisionSquash.Sigmoid), softplus = Least(PrecisionSquash.Softplus), signed = Least(PrecisionSquash.Signed);
        Assert.InRange(sigmoid, 2900, 3100);
        Assert.True(softplus < sigmoid / 10, $"{softplus} against {sigmoid}");
        Assert.True(signed < 0.9 * softplus, $"{signed} against {softplus}");
    }

    /// <summary>The least divergence from the prior of PhysioNet (48 steps) that Adam finds.</summary>
    private static double Least(PrecisionSquash kind)
    {
        const int Steps = 48;
        var prior = new CauchyPrior(Steps, 1.005, 7);
        var posterior = new BidiagonalPosterior(Steps);
        double[] parameters = new double[2 * Steps], means = new double[2 * Steps], squares = new double[2 * Steps];
        double least = double.PositiveInfinity;
        for (int step = 1; step <= 4000; step++)
        {
            posterior.ClearGradients();
            for (int t = 0; t < Steps; t++)
            {
                posterior.Diagonal[t] = Squash.Diagonal(kind, parameters[t]);
                posterior.Off[t] = t == Steps - 1 ? 0 : Squash.Off(kind, parameters[Steps + t]);
            }
            least = Math.Min(least, posterior.Divergence(prior, 1));
            for (int i = 0; i < 2 * Steps; i++)
            {
                int t = i % Steps;
                double gradient = i < Steps
                    ? posterior.DiagonalGradient[t] * Squash.DiagonalSlope(kind, parameters[i])
                    : posterior.OffGradient[t] * Squash.OffSlope(kind, parameters[i]);
                means[i] += 0.1 * (gradient - means[i]);
                squares[i] += 0.001 * (gradient * gradient - squares[i]);
                double mean = means[i] / (1 - Math.Pow(0.9, step)), square = squares[i] / (1 - Math.Pow(0.999, step));
                parameters[i] -= 0.05 * mean / (Math.Sqrt(square) + 1e-8);
            }
        }
        return least;
    }
}
