using Microsoft.ML.Diffusion.Core.Schedules;
using Microsoft.ML.Diffusion.Core.Solvers;

namespace Microsoft.ML.Diffusion.Core.Tests.Solvers;

public class ReverseProcessTests
{
    [Fact]
    public void Ancestral_steps_are_those_of_DDPM()
    {
        var schedule = NoiseSchedule.Quadratic(100);
        ReverseStep[] steps = ReverseProcess.Ancestral(schedule);
        Assert.Equal(100, steps.Length);
        foreach (ReverseStep step in steps)
        {
            int t = step.From;
            Assert.Equal(t - 1, step.To);
            double alphaBar = schedule.AlphaBar(t), before = schedule.AlphaBar(t - 1), beta = schedule.Beta(t);
            // Ho et al. 2020, equation 7.
            Assert.Equal(Math.Sqrt(before) * beta / (1 - alphaBar), step.Data, 1e-9);
            Assert.Equal(Math.Sqrt(1 - beta) * (1 - before) / (1 - alphaBar), step.State, 1e-9);
            Assert.Equal((1 - before) / (1 - alphaBar) * beta, step.Noise * step.Noise, 1e-9);
        }
    }

    [Theory]
    [InlineData(NoiseScheduleKind.Quadratic, 100, 1.0)]
    [InlineData(NoiseScheduleKind.Quadratic, 7, 0.5)]
    [InlineData(NoiseScheduleKind.Cosine, 25, 1.0)]
    [InlineData(NoiseScheduleKind.Cosine, 10, 0.0)]
    [InlineData(NoiseScheduleKind.VarianceExploding, 100, 1.0)]
    [InlineData(NoiseScheduleKind.VarianceExploding, 30, 0.0)]
    public void Told_the_data_every_step_leads_exactly_to_the_forward_process_at_the_next_level(NoiseScheduleKind kind, int count, double eta)
    {
        // x_from ~ N(signal x_0, noise^2) must become x_to ~ N(signal x_0, noise^2), whatever eta and however many levels lie between.
        var schedule = NoiseSchedule.Create(kind, 100);
        foreach (ReverseStep step in ReverseProcess.Create(schedule, count, eta))
        {
            double mean = step.State * schedule.Signal(step.From) + step.Data;
            double variance = Math.Pow(step.State * schedule.Noise(step.From), 2) + step.Noise * step.Noise;
            Assert.Equal(schedule.Signal(step.To), mean, 1e-9);
            Assert.Equal(Math.Pow(schedule.Noise(step.To), 2), variance, 1e-8 * Math.Max(1, variance));
        }
    }

    [Theory]
    [InlineData(NoiseScheduleKind.Quadratic, 1000, 1.0, 0.02)]
    [InlineData(NoiseScheduleKind.Quadratic, 1000, 0.0, 0.01)]
    [InlineData(NoiseScheduleKind.Linear, 1000, 1.0, 0.015)]
    [InlineData(NoiseScheduleKind.Linear, 1000, 0.0, 0.01)]
    [InlineData(NoiseScheduleKind.Cosine, 1000, 1.0, 0.01)]
    [InlineData(NoiseScheduleKind.Cosine, 1000, 0.0, 0.01)]
    [InlineData(NoiseScheduleKind.Cosine, 50, 0.0, 0.05)]
    [InlineData(NoiseScheduleKind.VarianceExploding, 1000, 1.0, 0.01)]
    [InlineData(NoiseScheduleKind.VarianceExploding, 1000, 0.0, 0.02)]
    public void With_the_exact_denoiser_Gaussian_data_come_back_with_their_mean_and_variance(
        NoiseScheduleKind kind, int count, double eta, double tolerance)
    {
        const double Mean = 1.5, Variance = 0.64;
        var schedule = NoiseSchedule.Create(kind, 1000);
        double start = schedule.Noise(1000);
        (double mean, double variance) = (0, start * start);
        foreach (ReverseStep step in ReverseProcess.Create(schedule, count, eta))
        {
            // E[x_0 | x_t] is linear in x_t, so the mean and variance of x_t follow without sampling. What is left over is the
            // error of taking finite steps (and, for VE, of starting around 0), which shrinks with their number.
            double signal = schedule.Signal(step.From), noise = schedule.Noise(step.From);
            double slope = signal * Variance / (signal * signal * Variance + noise * noise);
            double factor = step.State + step.Data * slope;
            mean = factor * mean + step.Data * (Mean - slope * signal * Mean);
            variance = factor * factor * variance + step.Noise * step.Noise;
        }
        Assert.Equal(Mean, mean, tolerance * Mean);
        Assert.Equal(Variance, variance, tolerance * Variance);
    }

    [Fact]
    public void Levels_run_from_T_to_0_without_gaps()
    {
        ReverseStep[] steps = ReverseProcess.Create(NoiseSchedule.Cosine(100), 7, 1);
        Assert.Equal(100, steps[0].From);
        Assert.Equal(0, steps[^1].To);
        Assert.Equal(0, steps[^1].Noise);
        for (int i = 1; i < steps.Length; i++)
            Assert.Equal(steps[i - 1].To, steps[i].From);
    }

    [Fact]
    public void DDIM_adds_no_noise() =>
        Assert.All(ReverseProcess.Ddim(NoiseSchedule.Quadratic(100), 10), step => Assert.Equal(0, step.Noise));
}
