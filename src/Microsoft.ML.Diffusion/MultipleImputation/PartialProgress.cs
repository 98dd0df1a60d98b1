using System.Diagnostics;
using Microsoft.ML.Diffusion.Core.Training;

namespace Microsoft.ML.Diffusion;

/// <summary>Reports one of several trainings, one after another, as a part of them all, as if they were equally long.</summary>
internal sealed class PartialProgress(IProgress<TrainingProgress> whole, int part, int parts, Stopwatch watch) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value) => whole.Report(value with
    {
        Step = Clamp(((long)value.Steps * part) + value.Step),
        Steps = Clamp((long)value.Steps * parts),
        Elapsed = watch.Elapsed,
        Remaining = value.Remaining is { } left ? left + ((value.Elapsed + left) * (parts - part - 1)) : null,
    });

    private static int Clamp(long steps) => (int)Math.Min(int.MaxValue, steps);
}
