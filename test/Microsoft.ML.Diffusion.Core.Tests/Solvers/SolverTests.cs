using Microsoft.ML.Diffusion.Core.Schedules;
using Microsoft.ML.Diffusion.Core.Solvers;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Core.Tests.Solvers;

public class NumberSamplerTests
{
    private static readonly NoiseSchedule s_schedule = NoiseSchedule.Linear(200);
    private static readonly double[] s_means = [1.5, -0.5, 0, 2];
    private static readonly double[] s_variances = [0.64, 0.25, 1, 2];

    private static GaussianNetwork Network => new(s_schedule, s_means, s_variances);

    [Theory]
    [InlineData("ddim", 200, 0.03)]
    [InlineData("heun", 50, 0.01)]
    [InlineData("dpm", 200, 0.01)]
    public void Deterministic_samplers_follow_the_exact_solution_for_normal_data(string name, int steps, double tolerance) =>
        Assert.InRange(Error(Create(name, steps)), 0, tolerance);

    [Fact]
    public void Solvers_of_second_order_are_closer_than_DDIM_at_as_many_calls()
    {
        double ddim = Error(Create("ddim", 39));
        Assert.InRange(Error(Create("heun", 20)), 0, ddim / 1.5);
        Assert.InRange(Error(Create("dpm", 39)), 0, ddim / 1.5);
    }

    [Theory]
    [InlineData("ddim", 30)]
    [InlineData("heun", 12)]
    [InlineData("dpm", 30)]
    [InlineData("anderson", 30)]
    [InlineData("ddpm", 30)]
    [InlineData("langevin", 7)]
    public void Calls_are_counted_as_the_network_counts_them(string name, int steps)
    {
        GaussianNetwork network = Network;
        Solver sampler = Create(name, steps);
        sampler.Sample(network, Noise(3));
        Assert.Equal(network.Calls, sampler.Calls);
    }

    [Theory]
    [InlineData("ddim")]
    [InlineData("heun")]
    [InlineData("dpm")]
    [InlineData("anderson")]
    [InlineData("ddpm")]
    [InlineData("langevin")]
    public void A_row_does_not_depend_on_the_rows_around_it_or_on_earlier_batches(string name)
    {
        Solver warm = Create(name, 20);
        float[] together = Noise(10), alone = together[20..24];
        warm.Sample(Network, together, seed: 5, firstId: 100);
        Create(name, 20).Sample(Network, alone, seed: 5, firstId: 105);
        Assert.Equal(together[20..24], alone);
    }

    [Theory]
    [InlineData("ddim")]
    [InlineData("heun")]
    [InlineData("dpm")]
    [InlineData("anderson")]
    [InlineData("ddpm")]
    [InlineData("langevin")]
    public void A_warm_sampler_allocates_nothing(string name)
    {
        Solver sampler = Create(name, 20);
        GaussianNetwork network = Network;
        float[] states = Noise(10);
        for (int i = 0; i < 50; i++)
            sampler.Sample(network, states);
        long before = GC.GetAllocatedBytesForCurrentThread();
        sampler.Sample(network, states);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Theory]
    [InlineData(200)]
    [InlineData(25)]
    public void Records_that_are_inverted_come_back(int steps)
    {
        var sampler = new DdimSolver(s_schedule, steps);
        float[] records = Noise(20), states = [.. records];
        Assert.True(sampler.Invert(Network, states));
        Assert.True(records.Zip(states).Max(pair => Math.Abs(pair.First - pair.Second)) > 0.1);
        sampler.Sample(Network, states);
        for (int i = 0; i < records.Length; i++)
            Assert.Equal(records[i], states[i], 1e-3f);
    }

    [Fact]
    public void Inverted_records_are_the_noise_of_the_exact_solution()
    {
        float[] noise = Noise(5), records = new float[noise.Length];
        GaussianNetwork network = Network;
        for (int i = 0; i < noise.Length; i++)
            records[i] = (float)network.Solution(noise[i], i % 4);
        new DdimSolver(s_schedule, 200).Invert(network, records);
        for (int i = 0; i < noise.Length; i++)
            Assert.Equal(noise[i], records[i], 0.2f);
    }

    [Fact]
    public void Ancestral_sampling_has_the_data_s_mean_and_variance()
    {
        float[] states = Noise(20_000);
        new AncestralSolver(s_schedule, 200).Sample(Network, states, seed: 3);
        for (int column = 0; column < 4; column++)
        {
            double[] values = [.. Enumerable.Range(0, 20_000).Select(row => (double)states[row * 4 + column])];
            double mean = values.Average(), deviation = Math.Sqrt(s_variances[column]);
            Assert.Equal(s_means[column], mean, 0.04 * deviation);
            Assert.Equal(s_variances[column], values.Average(value => (value - mean) * (value - mean)), 0.06 * s_variances[column]);
        }
    }

    [Fact]
    public void Annealed_Langevin_dynamics_go_where_the_recursion_of_normal_data_says()
    {
        // With the score of normal data, -(x - mean) / (variance + noise^2), every step is linear: mean and variance are known after any number.
        const int Levels = 10, StepsPerLevel = 30;
        const double Smallest = 0.1, Step = 2e-3;
        NoiseSchedule schedule = NoiseSchedule.VarianceExploding(Levels, Smallest, 2);
        float[] states = Noise(20_000);
        new LangevinSolver(schedule, StepsPerLevel, Step).Sample(new GaussianNetwork(schedule, s_means, s_variances), states, seed: 3);
        for (int column = 0; column < 4; column++)
        {
            double mean = 0, variance = 1;
            for (int level = Levels; level >= 1; level--)
            {
                double size = schedule.Noise(level) * schedule.Noise(level), alpha = Step * size / (Smallest * Smallest);
                double kept = 1 - alpha / 2 / (s_variances[column] + size);
                for (int i = 0; i < StepsPerLevel; i++)
                    (mean, variance) = (s_means[column] + kept * (mean - s_means[column]), kept * kept * variance + alpha);
            }
            // And that is close to the data: Langevin dynamics work.
            Assert.Equal(s_means[column], mean, 0.1);
            Assert.Equal(s_variances[column] + Smallest * Smallest, variance, 0.2 * s_variances[column] + 0.1);
            double[] values = [.. Enumerable.Range(0, 20_000).Select(row => (double)states[row * 4 + column])];
            double found = values.Average();
            Assert.Equal(mean, found, 0.04 * Math.Sqrt(variance));
            Assert.Equal(variance, values.Average(value => (value - found) * (value - found)), 0.05 * variance);
        }
    }

    [Fact]
    public void Langevin_dynamics_without_a_fitting_schedule_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new LangevinSolver(s_schedule));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LangevinSolver(NoiseSchedule.VarianceExploding(10), 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LangevinSolver(NoiseSchedule.VarianceExploding(10), 100, 1e-3));
    }

    [Fact]
    public void Without_memory_Anderson_is_the_sampler_it_wraps()
    {
        float[] plain = Noise(4), wrapped = Noise(4);
        new DdimSolver(s_schedule, 30).Sample(Network, plain);
        new AndersonSolver(new DdimSolver(s_schedule, 30), memory: 0).Sample(Network, wrapped);
        Assert.Equal(plain, wrapped);
        float[] none = Noise(4), little = Noise(4), all = Noise(4);
        new AndersonSolver(new DdimSolver(s_schedule, 30), limit: 0).Sample(Network, none);
        new AndersonSolver(new DdimSolver(s_schedule, 30), limit: 0.01).Sample(Network, little);
        new AndersonSolver(new DdimSolver(s_schedule, 30)).Sample(Network, all);
        Assert.Equal(plain, none);
        double Far(float[] other) => plain.Zip(other, (a, b) => Math.Abs(a - b)).Max();
        Assert.InRange(Far(little), 1e-5, Far(all) / 2);
        Assert.Throws<ArgumentOutOfRangeException>(() => new AndersonSolver(new DdimSolver(s_schedule, 30), limit: double.NaN));
    }

    [Fact]
    public void Any_falling_levels_can_be_taken()
    {
        float[] even = Noise(4), listed = Noise(4);
        new DdimSolver(s_schedule, 4).Sample(Network, even);
        new DdimSolver(s_schedule, [200, 150, 100, 50, 0]).Sample(Network, listed);
        Assert.Equal(even, listed);
        Assert.Throws<ArgumentException>(() => new DdimSolver(s_schedule, [200, 100, 100, 0]));
        Assert.Throws<ArgumentException>(() => new DdimSolver(s_schedule, [200, 100]));
        Assert.Throws<ArgumentException>(() => new DdimSolver(NoiseSchedule.Cosine(100), 10));
        Assert.Throws<ArgumentException>(() => new DdimSolver(s_schedule, 10).Sample(Network, new float[5]));
    }

    private static Solver Create(string name, int steps) => name switch
    {
        "heun" => new HeunSolver(s_schedule, steps),
        "dpm" => new DpmSolver(s_schedule, steps),
        "anderson" => new AndersonSolver(new DdimSolver(s_schedule, steps)),
        "langevin" => new LangevinSolver(NoiseSchedule.VarianceExploding(10, 0.01, 1), steps),
        "ddpm" => new AncestralSolver(s_schedule, steps),
        _ => new DdimSolver(s_schedule, steps),
    };

    private static double Error(Solver sampler)
    {
        float[] noise = Noise(50), states = [.. noise];
        GaussianNetwork network = Network;
        sampler.Sample(network, states);
        return Math.Sqrt(Enumerable.Range(0, noise.Length).Average(i => Math.Pow(states[i] - network.Solution(noise[i], i % 4), 2)));
    }

    private static float[] Noise(int rows)
    {
        float[] noise = new float[rows * s_means.Length];
        new Philox(1).FillNormal(noise);
        return noise;
    }
}
