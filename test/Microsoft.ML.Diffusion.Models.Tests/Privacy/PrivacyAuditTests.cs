using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Methods.PrivateMarginals;
using Microsoft.ML.Diffusion.Models.Methods.TabDdpm;
using Microsoft.ML.Diffusion.Models.Privacy;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Tests.Privacy;

/// <summary>Looks for what a row gives away: runs on two tables of which one has a row more, and a lower bound on epsilon from how well any
/// threshold tells their results apart (Jagielski, Ullman, Oprea 2020). It can show that a bound is broken, never that it holds.</summary>
public class PrivacyAuditTests
{
    private const double Delta = 1e-5;

    [Fact]
    public void Noisy_counts_give_away_no_more_than_the_bound_and_a_quarter_of_the_noise_is_caught()
    {
        const int Runs = 20_000;
        double rho = new PrivacyBudget(1, Delta).ToRho();
        double[] Counts(int rows, double cost, ulong seed)
        {
            var noise = new NoiseSource(seed);
            return [.. Enumerable.Range(0, Runs)
                .Select(_ => new PrivacyLedger(cost, noise).Measure([rows], cost, "audit", out double _)[0])];
        }
        Assert.InRange(LeastEpsilon(Counts(100, rho, 1), Counts(101, rho, 2)), 0, 1);
        // A quarter of the deviation is sixteen times the cost.
        Assert.InRange(LeastEpsilon(Counts(100, 16 * rho, 3), Counts(101, 16 * rho, 4)), 1.0001, 10);
    }

    [Fact]
    public void A_row_of_a_category_of_its_own_is_not_told_from_none_by_the_rows_that_are_made()
    {
        const int Runs = 250;
        double[] Shares(bool hasRow, int first)
        {
            Table table = People(hasRow);
            return [.. Enumerable.Range(0, Runs).Select(run =>
            {
                var options = new PrivateMarginalsOptions
                {
                    Epsilon = 1, Delta = Delta, NoiseSeed = first + run, Domains = ["ward=A|B|C", "age=0..100"], Bins = 4,
                };
                Table made = options.Registration.Train(table, options).Generate(500, seed: (ulong)run);
                return Enumerable.Range(0, 500).Count(row => made[row, 0] == 2) / 500.0;
            })];
        }
        Assert.InRange(LeastEpsilon(Shares(false, 0), Shares(true, 1000)), 0, 1);
    }

    [Fact]
    public void A_row_is_not_told_from_none_by_the_noisy_gradient_and_a_quarter_of_the_noise_is_caught()
    {
        const int Runs = 4000;
        // The direction in which the row's gradient points, which an attacker may know.
        double[] Sums(bool hasRow, double multiplier, ulong seed)
        {
            var noise = new NoiseSource(seed);
            return [.. Enumerable.Range(0, Runs).Select(_ =>
            {
                float[] sum = [hasRow ? 1 : 0];
                noise.AddNormal(sum, multiplier);
                return (double)sum[0];
            })];
        }
        PrivacyBudget budget = new(1, Delta);
        double multiplier = GradientNoise.Within(budget, rho: 0, samplingRate: 1, steps: 1, clippingNorm: 1).Multiplier;
        Assert.InRange(LeastEpsilon(Sums(false, multiplier, 1), Sums(true, multiplier, 2)), 0, 1);
        Assert.InRange(LeastEpsilon(Sums(false, multiplier / 4, 3), Sums(true, multiplier / 4, 4)), 1.0001, 10);
    }

    [Fact]
    public void A_row_of_a_category_of_its_own_is_not_told_from_none_by_the_rows_of_a_private_network()
    {
        const int Runs = 100;
        double[] Shares(bool hasRow, int first)
        {
            Table table = People(hasRow);
            return [.. Enumerable.Range(0, Runs).Select(run =>
            {
                // All rows in every step: the more a row can say, the more an attacker can hear.
                var options = new TabDdpmOptions
                {
                    Epsilon = 1, Delta = Delta, NoiseSeed = first + run, Domains = ["ward=A|B|C", "age=0..100"], Layers = [4], Steps = 2,
                    DiffusionSteps = 4, SamplingRate = 1, LearningRate = 0.1, Threads = 1,
                };
                Table made = options.Registration.Train(table, options).Generate(200, seed: (ulong)run);
                return Enumerable.Range(0, 200).Count(row => made[row, 0] == 2) / 200.0;
            })];
        }
        Assert.InRange(LeastEpsilon(Shares(false, 0), Shares(true, 1000)), 0, 1);
    }

    [Fact]
    public void A_category_that_one_row_has_is_not_found_and_one_that_many_have_is()
    {
        Table table = People(hasRow: true);
        for (int run = 0; run < 100; run++)
        {
            var options = new PrivateMarginalsOptions { Epsilon = 1, Delta = Delta, NoiseSeed = run };
            TableGenerator generator = options.Registration.Train(table, options);
            Assert.Equal(["A", "B"], generator.Columns[0].Categories);
        }
    }

    // A thousand rows of two wards; and one more, of a third.
    private static Table People(bool hasRow)
    {
        var table = new Table([TableColumn.Categorical("ward", "C", "B", "A"), TableColumn.Numeric("age")], hasRow ? 1001 : 1000);
        for (int row = 0; row < 1000; row++)
            (table[row, 0], table[row, 1]) = (1 + (row % 2), 20 + (row % 60));
        if (hasRow)
            (table[1000, 0], table[1000, 1]) = (0, 99);
        return table;
    }

    // The largest lower bound of all thresholds in both directions: with half of the runs a threshold is chosen, with the other half the
    // shares beyond it are bounded with a confidence of 99.9 % each.
    private static double LeastEpsilon(double[] without, double[] with)
    {
        double[] chooseA = [.. without.Where((_, i) => i % 2 == 0)], chooseB = [.. with.Where((_, i) => i % 2 == 0)];
        double[] judgeA = [.. without.Where((_, i) => i % 2 == 1)], judgeB = [.. with.Where((_, i) => i % 2 == 1)];
        double best = double.NegativeInfinity, result = 0;
        foreach (double threshold in chooseA.Concat(chooseB).Distinct())
        {
            foreach ((double[] more, double[] less, double[] moreJudge, double[] lessJudge, int sign) in new[]
            {
                (chooseB, chooseA, judgeB, judgeA, 1), (chooseA, chooseB, judgeA, judgeB, 1),
                (chooseB, chooseA, judgeB, judgeA, -1), (chooseA, chooseB, judgeA, judgeB, -1),
            })
            {
                double bound = Bound(Share(more, threshold, sign), Share(less, threshold, sign), more.Length);
                if (bound > best)
                    (best, result) = (bound, Bound(Share(moreJudge, threshold, sign), Share(lessJudge, threshold, sign), moreJudge.Length));
            }
        }
        return Math.Max(0, result);
    }

    private static double Bound(double more, double less, int runs)
    {
        double least = Wilson(more, runs, -1), most = Wilson(less, runs, 1);
        return least > Delta ? Math.Log((least - Delta) / most) : double.NegativeInfinity;
    }

    private static double Share(double[] values, double threshold, int sign) =>
        values.Count(value => sign * value >= sign * threshold) / (double)values.Length;

    // Wilson's bound on a share, at 3.1 deviations.
    private static double Wilson(double share, int runs, int side)
    {
        const double Z = 3.1;
        double middle = share + (Z * Z / (2 * runs)), half = Z * Math.Sqrt((share * (1 - share) / runs) + (Z * Z / (4.0 * runs * runs)));
        return Math.Clamp((middle + (side * half)) / (1 + (Z * Z / runs)), 0, 1);
    }
}
