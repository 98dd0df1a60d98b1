using Microsoft.ML.Diffusion.Models.Privacy;

namespace Microsoft.ML.Diffusion.Models.Tests.Privacy;

public class GaussianAccountantTests
{
    [Fact]
    public void Private_gradient_descent_costs_what_the_accountant_of_Opacus_says()
    {
        // The value that the tests of Opacus expect of its accountant: noise 1.5, 4 % of the rows a step, 90 epochs.
        var accountant = new GaussianAccountant();
        accountant.AddSampledGaussian(noiseMultiplier: 1.5, samplingRate: 0.04, steps: 2250);
        Assert.Equal(7.32911117143, accountant.EpsilonAt(1e-5), 1e-6);
    }

    [Theory]
    [InlineData(1.5, 0.04)]
    [InlineData(0.7, 0.2)]
    [InlineData(4, 0.001)]
    public void Divergences_of_samples_are_the_closed_form_at_whole_orders(double noise, double rate)
    {
        // Mironov, Talwar, Zhang 2019, section 3.3: a binomial sum.
        foreach (int order in new[] { 2, 3, 7, 16 })
        {
            double sum = 0, binomial = 1;
            for (int k = 0; k <= order; k++)
            {
                sum += binomial * Math.Pow(1 - rate, order - k) * Math.Pow(rate, k) * Math.Exp(((k * k) - k) / (2 * noise * noise));
                binomial *= (order - k) / (double)(k + 1);
            }
            double expected = Math.Log(sum) / (order - 1);
            Assert.Equal(expected, GaussianAccountant.SampledDivergence(noise, rate, order), 1e-12 + (1e-7 * expected));
        }
    }

    [Theory]
    [InlineData(0.01, 1e-5)]
    [InlineData(0.02, 1e-9)]
    [InlineData(0.5, 1e-6)]
    [InlineData(8, 1e-5)]
    public void Zero_concentrated_privacy_is_converted_above_the_exact_bound_and_below_the_simple_one(double rho, double delta)
    {
        double epsilon = GaussianAccountant.EpsilonOf(rho, delta);
        Assert.InRange(epsilon, 0, rho + (2 * Math.Sqrt(rho * Math.Log(1 / delta))));
        // The Gaussian mechanism of that rho has this delta exactly (Balle, Wang 2018, theorem 5), by integration.
        double shift = Math.Sqrt(2 * rho);
        double exact = Tail((epsilon / shift) - (shift / 2)) - (Math.Exp(epsilon) * Tail((epsilon / shift) + (shift / 2)));
        Assert.InRange(exact, delta / 30, delta);
        Assert.Equal(rho, new PrivacyBudget(epsilon, delta).ToRho(), 1e-6 * rho);

        var accountant = new GaussianAccountant();
        accountant.AddGaussian(1 / shift);
        // Orders of a grid, and the best of all.
        Assert.InRange(accountant.EpsilonAt(delta), epsilon - 1e-9, epsilon * 1.05);
    }

    [Fact]
    public void Costs_add_up_and_a_sample_of_all_rows_is_the_mechanism_itself()
    {
        GaussianAccountant one = new(), many = new(), sampled = new(), barely = new();
        one.AddGaussian(1);
        many.AddGaussian(2, steps: 4);
        sampled.AddSampledGaussian(1, 1, steps: 1);
        barely.AddSampledGaussian(1, 0, steps: 1000);
        Assert.Equal(one.EpsilonAt(1e-5), many.EpsilonAt(1e-5), 1e-12);
        Assert.Equal(one.EpsilonAt(1e-5), sampled.EpsilonAt(1e-5), 1e-12);
        Assert.Equal(0, barely.EpsilonAt(1e-5));
    }

    [Fact]
    public void Impossible_values_are_refused_in_a_sentence()
    {
        var accountant = new GaussianAccountant();
        Assert.Contains("above 0", Assert.Throws<ArgumentOutOfRangeException>(() => accountant.AddGaussian(0)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => accountant.AddSampledGaussian(1, 1.5, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => accountant.AddZeroConcentrated(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => accountant.EpsilonAt(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PrivacyBudget(0, 1e-6).ToRho());
        Assert.Throws<ArgumentOutOfRangeException>(() => new PrivacyBudget(1, 1).ToRho());
    }

    // The probability that a standard normal number is above x, by Simpson's rule.
    private static double Tail(double x)
    {
        const int Steps = 200_000;
        double end = Math.Max(x, 0) + 12, step = (end - x) / Steps, sum = 0;
        for (int i = 0; i <= Steps; i++)
        {
            double at = x + (i * step);
            sum += (i == 0 || i == Steps ? 1 : i % 2 == 1 ? 4 : 2) * Math.Exp(-at * at / 2);
        }
        return sum * step / 3 / Math.Sqrt(2 * Math.PI);
    }
}
