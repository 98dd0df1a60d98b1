using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Core.Engines;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods;
using Microsoft.ML.Diffusion.Models.Methods.Conditional;
using Microsoft.ML.Diffusion.Models.Methods.CsdiT;
using Microsoft.ML.Diffusion.Models.Methods.Masked;
using Microsoft.ML.Diffusion.Models.Methods.MedDiff;
using Microsoft.ML.Diffusion.Models.Methods.TabDdpm;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.TorchSharp.Tests;

/// <summary>Trainings with <c>Engine = TorchSharp</c>.</summary>
public class ChosenEngineTests
{
    public static TheoryData<string> Methods =>
        [.. GenerationMethods.All.Where(method => method.NewOptions() is DiffusionGeneratorOptions).Select(method => method.Name)];

    [BackendFact]
    public void The_engine_is_found_by_the_name_of_its_assembly()
    {
        EngineChoice choice = EngineChoice.Decide(EngineKind.TorchSharp);
        Assert.False(choice.IsManaged);
        using TensorEngine engine = choice.Create(threads: 1);
        Assert.IsType<TorchEngine>(engine);
        Assert.Contains("with TorchSharp", choice.Sentence, StringComparison.Ordinal);
    }

    [BackendFact]
    public void An_imputer_is_trained_saved_and_read_by_those_who_know_nothing_of_TorchSharp()
    {
        List<string> lines = Pipelines.Log(ml => (ml, Pipelines.Imputer(ml, EngineKind.TorchSharp).Fit(Pipelines.View(ml))), out var trained);
        Assert.Single(lines, line => line.Contains("with TorchSharp", StringComparison.Ordinal));
        (MLContext ml, DiffusionImputeTransformer model) = trained;
        IDataView view = Pipelines.View(ml);
        using var zip = new MemoryStream();
        ml.Model.Save(model, view.Schema, zip);
        zip.Position = 0;
        ITransformer loaded = ml.Model.Load(zip, out _);
        Assert.Equal(Numbers(model.Transform(view)), Numbers(loaded.Transform(view)));

        // A few steps: the two engines have not gone far apart.
        DiffusionImputeTransformer managed = Pipelines.Imputer(new MLContext(seed: 1), EngineKind.Managed).Fit(view);
        Assert.All(Numbers(managed.Transform(view)).Zip(Numbers(model.Transform(view))), pair => Assert.Equal(pair.First, pair.Second, 1e-2f));

        float[] Numbers(IDataView rows) =>
            [.. ml.Data.CreateEnumerable<Pipelines.Row>(rows, reuseRowObject: false).SelectMany(row => new[] { row.X, row.Y })];
    }

    [BackendTheory]
    [MemberData(nameof(Methods))]
    public void Every_way_of_making_rows_learns(string method)
    {
        Table table = Tables.Mixed(400);
        DiffusionGeneratorOptions options = Small(method);
        (options.Engine, options.LabelColumn, options.Threads) = (EngineKind.TorchSharp, 2, 1);
        DiffusionGenerator torch = DiffusionGenerator.Train(table, options);
        options.Engine = EngineKind.Managed;
        DiffusionGenerator managed = DiffusionGenerator.Train(table, options);
        double[] there = Cells(torch.Generate(50, seed: 3)), here = Cells(managed.Generate(50, seed: 3));
        Assert.DoesNotContain(double.NaN, there);
        // Rounding tips a category now and then, and with it the cells that follow.
        Assert.InRange(there.Zip(here).Count(pair => Math.Abs(pair.First - pair.Second) < 0.02), 0.9 * here.Length, here.Length);
    }

    [BackendTheory]
    [InlineData("masked")]
    [InlineData("tabddpm")]
    public void Many_rows_are_made_on_the_engine_and_single_ones_on_the_managed_one(string method)
    {
        DiffusionGeneratorOptions options = Small(method);
        options.Engine = EngineKind.Managed;
        if (options is TabDdpmOptions tabDdpm)
            tabDdpm.DiffusionSteps = 10;
        DiffusionGenerator managed = DiffusionGenerator.Train(Tables.Mixed(400), options);
        DiffusionGenerator torch = managed.WithEngine(EngineChoice.Decide(EngineKind.TorchSharp));
        double[] here = Cells(managed.Generate(600, seed: 4)), there = Cells(torch.Generate(600, seed: 4));
        Assert.InRange(there.Zip(here).Count(pair => Math.Abs(pair.First - pair.Second) < 1e-3), 0.99 * here.Length, here.Length);
        Assert.Equal(Cells(managed.Generate(3, seed: 4)), Cells(torch.Generate(3, seed: 4)));
    }

    [BackendFact]
    public void CsdiT_learns()
    {
        CsdiTOptions options = CsdiTOptions.Paper();
        (options.Engine, options.Threads) = (EngineKind.TorchSharp, 1);
        (options.Epochs, options.Width, options.Blocks, options.DiffusionSteps) = (2, 8, 1, 10);
        Table table = Tables.Mixed(100, isComplete: false);
        TableImputer torch = TableImputer.Train(table, options);
        options.Engine = EngineKind.Managed;
        double[] here = Cells(TableImputer.Train(table, options).Impute(table)), there = Cells(torch.Impute(table));
        Assert.All(here.Zip(there), pair => Assert.Equal(pair.First, pair.Second, 1e-2));
    }

    [BackendFact]
    public void Networks_train_side_by_side()
    {
        var options = new ConditionalOptions
        {
            Engine = EngineKind.TorchSharp, Members = ImputationMembers.Denoisers, Networks = 3, Epochs = 5, Width = 16, Threads = 4,
        };
        Table table = Tables.Mixed(300, isComplete: false);
        double[] first = Cells(TableImputer.Train(table, options).Impute(table));
        options.Engine = EngineKind.Managed;
        double[] managed = Cells(TableImputer.Train(table, options).Impute(table));
        Assert.InRange(first.Zip(managed).Count(pair => Math.Abs(pair.First - pair.Second) < 2e-2), 0.99 * managed.Length, managed.Length);
    }

    [BackendFact]
    public void A_training_can_be_cancelled()
    {
        using var cancellation = new CancellationTokenSource();
        var progress = new Cancelling(cancellation);
        var options = new MaskedOptions { Engine = EngineKind.TorchSharp, Steps = 1_000_000, Width = 16, Threads = 1 };
        Assert.Throws<OperationCanceledException>(() => DiffusionGenerator.Train(Tables.Mixed(400), options, progress, cancellation.Token));
    }

    [BackendFact]
    public void Engines_refuse_impossible_options()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new TorchEngine(new TorchEngineOptions { Threads = 0 }));
        Assert.Throws<InvalidOperationException>(() => new TorchEngine(new TorchEngineOptions { Gpu = 99 }));
        Assert.Throws<InvalidOperationException>(() => new TorchEngine(new TorchEngineOptions { Gpu = -1 }));
    }

    /// <summary>Forty steps of a small network.</summary>
    private static DiffusionGeneratorOptions Small(string method)
    {
        var options = (DiffusionGeneratorOptions)GenerationMethods.Find(method)!.NewOptions();
        (options.Steps, options.BatchSize) = (40, 32);
        switch (options)
        {
            case MaskedOptions masked:
                masked.Width = 16;
                break;
            case TabDdpmOptions tabDdpm:
                tabDdpm.Layers = [32];
                break;
            case MedDiffOptions medDiff:
                medDiff.Width = 16;
                break;
        }
        return options;
    }

    private static double[] Cells(Table table) => [.. Enumerable.Range(0, table.RowCount).SelectMany(row => table.Row(row).ToArray())];

    private sealed class Cancelling(CancellationTokenSource source) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => source.Cancel();
    }
}
