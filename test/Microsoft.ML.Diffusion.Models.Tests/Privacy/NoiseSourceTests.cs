using Microsoft.ML.Diffusion.Models.Privacy;

namespace Microsoft.ML.Diffusion.Models.Tests.Privacy;

public class NoiseSourceTests
{
    [Theory]
    [InlineData(4)]
    [InlineData(16)]
    [InlineData(400)]
    public void The_discrete_Gaussian_has_its_probabilities(long sixteenths)
    {
        const int Draws = 100_000, Reach = 200;
        var noise = new NoiseSource(seed: 1);
        int[] counts = new int[(2 * Reach) + 1];
        for (int i = 0; i < Draws; i++)
            counts[Reach + noise.DiscreteGaussian(sixteenths)]++;
        double[] expected = [.. Enumerable.Range(-Reach, counts.Length).Select(k => Math.Exp(-k * (double)k * 8 / sixteenths))];
        double all = expected.Sum(), squares = 0;
        int cells = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            double mean = Draws * expected[i] / all;
            if (mean < 10)
                continue;
            squares += (counts[i] - mean) * (counts[i] - mean) / mean;
            cells++;
        }
        // Chi-squared, five of its deviations above its mean.
        Assert.InRange(squares, 0, cells + (5 * Math.Sqrt(2 * cells)));
    }

    [Fact]
    public void Exponential_probabilities_hold_for_quotients_below_and_above_one()
    {
        var noise = new NoiseSource(seed: 2);
        foreach ((int numerator, int denominator) in new[] { (1, 3), (5, 2), (0, 1) })
        {
            int yes = Enumerable.Range(0, 40_000).Count(_ => noise.WithExponential((UInt128)numerator, (UInt128)denominator));
            Assert.Equal(Math.Exp(-numerator / (double)denominator), yes / 40_000.0, 0.012);
        }
    }

    [Fact]
    public void The_exponential_mechanism_chooses_in_proportion_to_the_exponential_of_the_score()
    {
        var noise = new NoiseSource(seed: 3);
        double[] scores = [0, 1, 3];
        double[] shares = [.. scores.Select((_, i) => 0.0)];
        for (int i = 0; i < 30_000; i++)
            shares[noise.Choose(scores, rate: 0.5)] += 1 / 30_000.0;
        double all = scores.Sum(score => Math.Exp(0.5 * score));
        for (int i = 0; i < scores.Length; i++)
            Assert.Equal(Math.Exp(0.5 * scores[i]) / all, shares[i], 0.015);
    }

    [Fact]
    public void Without_a_seed_no_two_sources_agree_and_with_one_they_do()
    {
        Assert.NotEqual(new NoiseSource(null).Bits(), new NoiseSource(null).Bits());
        Assert.Equal(new NoiseSource(7).Bits(), new NoiseSource(7).Bits());
        Assert.NotEqual(new NoiseSource(7).Bits(), new NoiseSource(8).Bits());
    }

    [Fact]
    public void More_than_the_budget_cannot_be_spent()
    {
        var ledger = new PrivacyLedger(rho: 1, new NoiseSource(1));
        ledger.Measure([5], 0.6, "first", out double variance);
        Assert.Equal(1 / (2 * variance), ledger.Expenses[0].Rho, 1e-12);
        ledger.Choose([1, 2], 1, Math.Sqrt(8 * 0.3), "second");
        Assert.InRange(ledger.Left, 0.1, 0.2);
        Assert.Throws<InvalidOperationException>(() => ledger.Measure([5], 0.3, "third", out _));
    }
}
