using Microsoft.ML.Diffusion.Core.Training;
using Xunit;

namespace Microsoft.ML.Diffusion.Core.Tests.Training;

public sealed class TrainingClockTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 100)]
    [InlineData(100, 0)]
    public void A_network_without_steps_is_started_like_any_other(int planned, int others)
    {
        var clock = new TrainingClock(TrainingDeadline.In(TimeSpan.FromHours(1)), threads: 2);
        clock.Plan(planned + others);
        using (TrainingClock.Share other = clock.Start(others))
            Assert.Equal(others > 0, other.HasTimeForStep());
        using TrainingClock.Share none = clock.Start(0);
        Assert.False(none.HasTimeForStep());
        Assert.Equal(1, none.Elapsed);
    }

    [Fact]
    public void The_time_is_divided_by_steps_and_what_nobody_uses_goes_to_those_after()
    {
        var clock = new TrainingClock(TrainingDeadline.In(TimeSpan.FromHours(1)), threads: 1);
        clock.Plan(100);
        // A network that says at once that it is done leaves its time to the next.
        clock.Start(90).Dispose();
        using TrainingClock.Share last = clock.Start(10);
        Assert.True(last.HasTimeForStep());
        Assert.InRange(last.Elapsed, 0, 0.01);
    }

    [Fact]
    public void Without_a_limit_there_is_always_time()
    {
        var clock = new TrainingClock(TrainingDeadline.None, threads: 1);
        using TrainingClock.Share share = clock.Start(0);
        Assert.True(share.HasTimeForStep());
        Assert.Equal(0, share.Elapsed);
    }
}
