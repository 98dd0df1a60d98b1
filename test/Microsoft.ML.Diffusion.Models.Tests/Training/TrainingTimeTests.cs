using System.Diagnostics;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods;
using Microsoft.ML.Diffusion.Models.Methods.ChainedRidge;
using Microsoft.ML.Diffusion.Models.Methods.Conditional;
using Microsoft.ML.Diffusion.Models.Methods.ExtraTrees;
using Microsoft.ML.Diffusion.Models.Methods.MedDiff;
using Microsoft.ML.Diffusion.Models.Methods.MissForest;
using Microsoft.ML.Diffusion.Models.Relations;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Tests;

// Alone, since tests beside it would take its time.
[CollectionDefinition(nameof(TrainingTimeTests), DisableParallelization = true)]
[Collection(nameof(TrainingTimeTests))]
public class TrainingTimeTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(1);

    // More than is promised, for a machine that does other things too; what is asked for takes hours.
    private static readonly TimeSpan s_most = TimeSpan.FromSeconds(10);

    public static TheoryData<string> ImputationNames => [.. ImputationMethods.All.Select(method => method.Name)];

    public static TheoryData<string> GenerationNames => [.. GenerationMethods.All.Select(method => method.Name)];

    [Theory]
    [MemberData(nameof(ImputationNames))]
    public void Every_imputer_is_trained_in_time(string name)
    {
        ImputerOptions options = Endless(ImputationMethods.Find(name)!.NewOptions());
        options.MaxTrainingTime = s_limit;
        List<TrainingProgress> reports = [];
        var watch = Stopwatch.StartNew();
        var imputer = TableImputer.Train(TrainedModels.Amputed, options, new Reports(reports));
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, s_most);
        Table filled = imputer.Impute(TrainedModels.Amputed);
        for (int column = 0; column < filled.Columns.Count; column++)
            Assert.Equal(0, Simulated.Missing(filled, column));
        Assert.DoesNotContain(reports, report => report.Remaining > s_limit);
    }

    [Theory]
    [MemberData(nameof(GenerationNames))]
    public void Every_generator_is_trained_in_time(string name)
    {
        GeneratorOptions options = GenerationMethods.Find(name)!.NewOptions();
        if (options is DiffusionGeneratorOptions)
            options = Generators.Quick(name, steps: 1_000_000);
        options.MaxTrainingTime = s_limit;
        if (options is MedDiffOptions medDiff)
            medDiff.CalibrationRows = 100_000;
        List<TrainingProgress> reports = [];
        var watch = Stopwatch.StartNew();
        TableGenerator generator = options.Registration.Train(Generators.Rows, options, new Reports(reports));
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, s_most);
        Assert.Equal(5, generator.Generate(5).RowCount);
        Assert.DoesNotContain(reports, report => report.Remaining > s_limit);
        if (options is not DiffusionGeneratorOptions)
            return;
        // The time is used, and the bar tells of its end.
        Assert.InRange(watch.Elapsed, s_limit / 2, s_most);
        Assert.True(reports[^1].Remaining < s_limit / 2);
    }

    [Theory]
    [InlineData(0.0001)]
    [InlineData(3)]
    [InlineData(30)]
    public void A_limit_that_is_over_before_much_is_learnt_still_gives_an_imputer_and_a_generator(double milliseconds)
    {
        var least = TimeSpan.FromMilliseconds(milliseconds);
        foreach (ImputationMethod method in ImputationMethods.All)
        {
            ImputerOptions options = Endless(method.NewOptions());
            options.MaxTrainingTime = least;
            Table filled = TableImputer.Train(TrainedModels.Amputed, options).Impute(TrainedModels.Amputed);
            Assert.Equal(0, Simulated.Missing(filled, 1));
        }
        foreach (GenerationMethod method in GenerationMethods.All)
        {
            GeneratorOptions options = method.NewOptions();
            options.MaxTrainingTime = least;
            Assert.Equal(3, method.Train(Generators.Rows, options).Generate(3).RowCount);
        }
    }

    [Fact]
    public void A_search_for_relations_finds_all_of_a_usual_table_however_little_time_there_is()
    {
        string[] names = ["a", "b", "c", "d", "e", "f", "g", "h"];
        var table = new Table([.. names.Select(TableColumn.Numeric)], 1000);
        for (int row = 0; row < table.RowCount; row++)
        {
            (double x, double y, double z) = (row * row % 97, row * 7 % 101, row * 31 % 89);
            double[] cells = [x, x + 3, y, x + y, z, x * z, x + y + z, Math.Floor(z / 10)];
            cells.CopyTo(table.Row(row));
        }
        string[] all = [.. RelationSet.Find(table).Relations.Select(relation => relation.Text)];
        Assert.True(all.Length > 8);
        Assert.Equal(all, RelationSet.Find(table, most: TimeSpan.Zero).Relations.Select(relation => relation.Text));
    }

    [Fact]
    public void A_search_for_relations_in_a_wide_table_ends_with_its_time_and_keeps_the_rules_and_what_is_cheap_to_find()
    {
        var table = new Table([.. Enumerable.Range(0, 250).Select(i => TableColumn.Numeric($"n{i}"))], 3000);
        var random = new Philox(1);
        for (int row = 0; row < table.RowCount; row++)
        {
            for (int column = 0; column < 250; column++)
                table[row, column] = random.Fork((ulong)column).Below((ulong)row, 100);
            table[row, 249] = table[row, 0] + table[row, 1];
        }
        string[] found = [.. RelationSet.Find(table, ["n1 >= 0"], most: TimeSpan.Zero).Relations.Select(relation => relation.Text)];
        Assert.Contains("n1 >= 0", found);
        Assert.Contains("n0 <= n249", found);
        Assert.DoesNotContain("n249 = n0 + n1", found);
    }

    [Fact]
    public void A_time_of_nothing_is_refused()
    {
        var imputer = new MissForestOptions { MaxTrainingTime = TimeSpan.Zero };
        Assert.Contains(nameof(imputer.MaxTrainingTime), Assert.Throws<ArgumentOutOfRangeException>(imputer.Validate).Message, StringComparison.Ordinal);
        GeneratorOptions generator = Generators.Quick("masked");
        generator.MaxTrainingTime = TimeSpan.Zero;
        Assert.Contains(nameof(imputer.MaxTrainingTime), Assert.Throws<ArgumentOutOfRangeException>(generator.Validate).Message, StringComparison.Ordinal);
    }

    /// <summary>The same options, asking for more than hours of work where there is something to ask for.</summary>
    private static ImputerOptions Endless(ImputerOptions options)
    {
        switch (options)
        {
            case ConditionalOptions conditional:
                (conditional.Epochs, conditional.CompareWithBaselines) = (1_000_000, true);
                break;
            case DiffusionImputerOptions diffusion:
                (diffusion.Epochs, diffusion.SamplingSteps) = (1_000_000, 2);
                break;
            case MissForestOptions forest:
                (forest.Trees, forest.Sweeps) = (100_000, 1000);
                break;
            case ExtraTreesOptions trees:
                trees.Trees = 100_000;
                break;
            case ChainedRidgeOptions ridge:
                ridge.Sweeps = 1_000_000;
                break;
        }
        return options;
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
