using Microsoft.ML.Diffusion.Core.Schedules;

namespace Microsoft.ML.Diffusion.Core.Tests.Schedules;

public class NoiseScheduleTests
{
    public static TheoryData<NoiseScheduleKind> Kinds =>
        [NoiseScheduleKind.Quadratic, NoiseScheduleKind.Linear, NoiseScheduleKind.Cosine, NoiseScheduleKind.VarianceExploding];

    [Theory]
    [InlineData(100)]
    [InlineData(150)]
    public void The_quadratic_schedule_has_the_betas_of_MissDiff(int steps)
    {
        var schedule = NoiseSchedule.Quadratic(steps);
        double alphaBar = 1;
        for (int t = 1; t <= steps; t++)
        {
            double beta = Math.Pow((steps - t) / (steps - 1.0) * Math.Sqrt(1e-4) + (t - 1) / (steps - 1.0) * Math.Sqrt(0.5), 2);
            alphaBar *= 1 - beta;
            Assert.Equal(beta, schedule.Beta(t), 1e-12);
            Assert.Equal(alphaBar, schedule.AlphaBar(t), 1e-12);
        }
    }

    [Fact]
    public void The_linear_schedule_at_1000_steps_is_that_of_DDPM()
    {
        var schedule = NoiseSchedule.Linear(1000);
        Assert.Equal(1e-4, schedule.Beta(1), 1e-12);
        Assert.Equal(0.02, schedule.Beta(1000), 1e-12);
        Assert.Equal((1e-4 + 0.02) / 2, (schedule.Beta(500) + schedule.Beta(501)) / 2, 1e-12);
        Assert.InRange(schedule.AlphaBar(1000), 4e-5, 4.1e-5);
    }

    [Fact]
    public void The_cosine_schedule_follows_its_formula_and_ends_without_signal()
    {
        var schedule = NoiseSchedule.Cosine(50);
        double F(double t) => Math.Pow(Math.Cos((t / 50 + 0.008) / 1.008 * Math.PI / 2), 2);
        for (int t = 0; t < 50; t++)
            Assert.Equal(F(t) / F(0), schedule.AlphaBar(t), 1e-12);
        Assert.Equal(0, schedule.Signal(50));
        Assert.Equal(1, schedule.Noise(50));
    }

    [Fact]
    public void The_exploding_schedule_grows_geometrically_and_keeps_the_signal()
    {
        var schedule = NoiseSchedule.VarianceExploding(20, 0.01, 50);
        Assert.Equal(0.01, schedule.Noise(1), 1e-12);
        Assert.Equal(50, schedule.Noise(20), 1e-9);
        for (int t = 2; t <= 20; t++)
            Assert.Equal(Math.Pow(5000, 1.0 / 19), schedule.Noise(t) / schedule.Noise(t - 1), 1e-9);
        Assert.All(Enumerable.Range(0, 21), t => Assert.Equal(1, schedule.Signal(t)));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Level_0_is_the_data_and_every_level_has_a_larger_share_of_noise(NoiseScheduleKind kind)
    {
        var schedule = NoiseSchedule.Create(kind, 100);
        Assert.Equal(kind, schedule.Kind);
        Assert.Equal(100, schedule.Steps);
        Assert.Equal(1, schedule.Signal(0));
        Assert.Equal(0, schedule.Noise(0));
        for (int t = 1; t <= 100; t++)
        {
            Assert.True(schedule.AlphaBar(t) < schedule.AlphaBar(t - 1));
            if (kind != NoiseScheduleKind.VarianceExploding)
                Assert.Equal(1, Math.Pow(schedule.Signal(t), 2) + Math.Pow(schedule.Noise(t), 2), 1e-12);
        }
    }
}
