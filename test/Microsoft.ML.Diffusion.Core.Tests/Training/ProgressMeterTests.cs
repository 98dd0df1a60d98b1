using Microsoft.ML.Diffusion.Core.Training;

namespace Microsoft.ML.Diffusion.Core.Tests.Training;

/// <summary>What is told about the progress of several trainings.</summary>
public sealed class ProgressMeterTests
{
    [Fact]
    public void The_share_that_is_done_never_falls_when_steps_are_added_and_ends_at_all()
    {
        var told = new List<TrainingProgress>();
        var meter = new ProgressMeter(new Listener(told)) { Planned = 100 };
        Count(meter, 80);
        meter.Skip(-300); // another training of 300 steps
        Count(meter, 200);
        meter.Skip(50);
        Count(meter, 70);

        double[] shares = [.. told.Select(progress => progress.Step / (double)progress.Steps)];
        Assert.Equal(shares.Order(), shares);
        Assert.Equal(100, told.First(progress => progress.Step == 80).Steps);
        Assert.Equal(1, shares[^1]);
        Assert.All(told, progress => Assert.InRange(progress.Step, 1, progress.Steps));
    }

    private static void Count(ProgressMeter meter, int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            meter.Count(1);
            meter.Say("reported at once");
        }
    }

    // Progress<T> would report later, from another thread.
    private sealed class Listener(List<TrainingProgress> told) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => told.Add(value);
    }
}
