using System.Diagnostics;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Methods.MedDiff;

namespace Microsoft.ML.Diffusion.Models.Tests;

// Alone, since tests beside it would take its time.
[CollectionDefinition(nameof(TrainingTimeTests), DisableParallelization = true)]
[Collection(nameof(TrainingTimeTests))]
public class TrainingTimeTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(2);

    public static TheoryData<string> Methods => ["masked", "tabddpm", "meddiff"];

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_training_ends_in_time_and_says_how_much_is_left(string method)
    {
        DiffusionGeneratorOptions options = Generators.Quick(method, steps: 1_000_000);
        options.MaxTrainingTime = s_limit;
        if (options is MedDiffOptions medDiff)
            medDiff.CalibrationRows = 100_000;
        List<TrainingProgress> reports = [];
        var watch = Stopwatch.StartNew();
        DiffusionGenerator generator = DiffusionGenerator.Train(Generators.Rows, options, new Reports(reports));
        // More than is promised, since other tests use the processor too; the steps asked for take hours.
        Assert.InRange(watch.Elapsed, s_limit / 2, s_limit + TimeSpan.FromSeconds(5));
        Assert.Equal(5, generator.Generate(5).RowCount);
        Assert.Contains(reports, report => report.Remaining is not null);
        Assert.All(reports, report => Assert.False(report.Remaining > s_limit && report.Remaining > s_limit - report.Elapsed));
        Assert.True(reports[^1].Remaining < s_limit / 2);
    }

    [Fact]
    public void A_time_of_nothing_is_refused()
    {
        DiffusionGeneratorOptions options = Generators.Quick("masked");
        options.MaxTrainingTime = TimeSpan.Zero;
        Assert.Contains("MaxTrainingTime", Assert.Throws<ArgumentOutOfRangeException>(options.Validate).Message, StringComparison.Ordinal);
    }

    private sealed class Reports(List<TrainingProgress> list) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            lock (list)
                list.Add(value);
        }
    }
}
