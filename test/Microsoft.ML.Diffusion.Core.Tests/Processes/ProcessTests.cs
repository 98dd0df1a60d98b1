using Microsoft.ML.Diffusion.Core.Processes;
using Microsoft.ML.Diffusion.Core.Schedules;
using Microsoft.ML.Diffusion.Core.Tests.Schedules;

namespace Microsoft.ML.Diffusion.Core.Tests.Processes;

public class ProcessTests
{
    [Theory]
    [MemberData(nameof(NoiseScheduleTests.Kinds), MemberType = typeof(NoiseScheduleTests))]
    public void The_true_noise_and_the_true_innovation_give_the_data_back(NoiseScheduleKind kind)
    {
        var process = new GaussianProcess(NoiseSchedule.Create(kind, 30));
        for (int t = 1; t < 30; t++)
        {
            double state = process.Diffuse(1.7, -0.4, t);
            Assert.Equal(1.7, process.DataFromEpsilon(state, -0.4, t), 1e-9);
            Assert.Equal(1.7, process.DataFromNegativeVelocity(state, process.NegativeVelocityFromData(1.7, state, t), t), 1e-9);
        }
    }

    [Fact]
    public void Where_no_signal_is_left_the_innovation_is_the_data()
    {
        var process = new GaussianProcess(NoiseSchedule.Cosine(30));
        Assert.Equal(1.7, process.NegativeVelocityFromData(1.7, process.Diffuse(1.7, 2.5, 30), 30), 1e-12);
    }

    [Fact]
    public void The_innovation_has_the_size_of_the_data_at_every_level()
    {
        // Its variance is noise^2 Var(x_0) + signal^2 Var(epsilon), which is 1 for both of variance 1.
        var process = new GaussianProcess(NoiseSchedule.Quadratic(30));
        for (int t = 1; t <= 30; t++)
        {
            double fromData = process.NegativeVelocityFromData(1, process.Diffuse(1, 0, t), t);
            double fromNoise = process.NegativeVelocityFromData(0, process.Diffuse(0, 1, t), t);
            Assert.Equal(1, fromData * fromData + fromNoise * fromNoise, 1e-9);
        }
    }

    [Fact]
    public void Categories_become_known_at_the_rate_at_which_they_were_hidden()
    {
        var process = new AbsorbingProcess(20);
        double unknown = 1 - process.Kept(20);
        Assert.Equal(1, unknown);
        foreach (int to in new[] { 13, 12, 4, 0 })
        {
            int from = to switch { 13 => 20, 12 => 13, 4 => 12, _ => 4 };
            unknown *= 1 - process.Reveal(from, to);
            Assert.Equal(1 - process.Kept(to), unknown, 1e-12);
        }
    }
}
