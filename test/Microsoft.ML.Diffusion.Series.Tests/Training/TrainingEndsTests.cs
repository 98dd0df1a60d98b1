using System.Diagnostics;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Series.Methods;
using Microsoft.ML.Diffusion.Series.Methods.Blend;
using Microsoft.ML.Diffusion.Series.Methods.Brits;
using Microsoft.ML.Diffusion.Series.Methods.Csdi;
using Microsoft.ML.Diffusion.Series.Methods.GaussianProcess;
using Microsoft.ML.Diffusion.Series.Methods.GpVae;
using Microsoft.ML.Diffusion.Series.Methods.Saits;
using Microsoft.ML.Diffusion.Series.Methods.Smoother;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Tests.Training;

// Alone, since tests beside it would take its time.
[CollectionDefinition(nameof(TrainingEndsTests), DisableParallelization = true)]
[Collection(nameof(TrainingEndsTests))]
public class TrainingEndsTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(2);

    // More than is promised, for a machine that does other things too; what is asked for takes hours.
    private static readonly TimeSpan s_most = TimeSpan.FromSeconds(8);

    private static readonly Lazy<(SeriesTable Whole, SeriesTable Holes)> s_tables = new(() => SimulatedSeries.Table(300, 48, 0.3));

    // Each stage of a training is made to last alone.
    private static readonly Dictionary<string, SeriesImputerOptions> s_endless = new(StringComparer.Ordinal)
    {
        ["smoother"] = new SmootherOptions { Steps = 100_000_000 },
        ["gaussian-process"] = new GaussianProcessOptions { Steps = 100_000_000 },
        ["gp-vae"] = new GpVaeOptions { Epochs = 10_000_000 },
        ["csdi"] = new SeriesCsdiOptions { Epochs = 1_000_000, Channels = 16, Blocks = 2, ExpectationDraws = 2, DiffusionSteps = 5 },
        ["saits"] = new SaitsOptions { Epochs = 10_000_000 },
        ["brits"] = new BritsOptions { Epochs = 10_000_000, BatchSize = 16 },
        ["blend, covariance"] = new BlendOptions { Steps = 100_000_000 },
        ["blend, hidden cells"] = new BlendOptions { Steps = 1, Passes = 100_000_000 },
        ["blend, trees"] = new BlendOptions { Steps = 1, Passes = 1, Trees = 100_000_000, NetworkSteps = 0 },
        ["blend, network"] = new BlendOptions { Steps = 1, Passes = 1, Trees = 0, NetworkSteps = 100_000_000 },
    };

    public static TheoryData<string> Stages => [.. s_endless.Keys];

    // Trees end by themselves where more of them do not help.
    public static TheoryData<string> EndlessStages => [.. s_endless.Keys.Where(stage => stage != "blend, trees")];

    public static TheoryData<string> Methods => [.. SeriesImputationMethods.All.Select(method => method.Name)];

    [Theory]
    [MemberData(nameof(Stages))]
    public void A_training_that_takes_hours_ends_within_its_limit_and_fills(string stage)
    {
        SeriesImputerOptions options = s_endless[stage].Copy();
        options.MaxTrainingTime = s_limit;
        var reports = new Reports();
        var watch = Stopwatch.StartNew();
        SeriesImputer imputer = options.Registration.Train(s_tables.Value.Holes, options, reports);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, s_most);
        Assert.DoesNotContain(reports.All, report => report.Remaining > s_limit);
        Data.Series series = s_tables.Value.Holes.Items[0];
        double[] filled = new double[series.Cells.Length];
        imputer.Impute(series, filled);
        Assert.All(filled, value => Assert.True(double.IsFinite(value)));
    }

    [Theory]
    [MemberData(nameof(EndlessStages))]
    public void A_training_that_takes_hours_is_cancelled_with_one_exception(string stage)
    {
        SeriesImputerOptions options = s_endless[stage];
        Interruption.AssertStopsWithinASecond(cancel => options.Registration.Train(s_tables.Value.Holes, options, null, cancel));
    }

    [Fact]
    public void Trees_that_are_stopped_by_no_held_back_rows_are_cancelled_with_one_exception()
    {
        float[] targets = new float[50_000];
        new Philox(5).FillNormal(targets);
        List<float[]> rows = [.. targets.Select((target, i) => new[] { target * target, i % 17 })];
        Interruption.AssertStopsWithinASecond(cancel =>
            BoostedTrees.Fit(rows, targets, rows, targets, 100_000_000, new Philox(6), TrainingDeadline.None, cancel));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void What_is_cancelled_before_it_begins_trains_nothing(string method)
    {
        SeriesImputationMethod own = SeriesImputationMethods.Find(method)!;
        Assert.Throws<OperationCanceledException>(
            () => own.Train(s_tables.Value.Holes, own.NewOptions(), null, new CancellationToken(canceled: true)));
    }

    private sealed class Reports : IProgress<TrainingProgress>
    {
        public List<TrainingProgress> All { get; } = [];

        public void Report(TrainingProgress value)
        {
            lock (All)
                All.Add(value);
        }
    }
}
