using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods;
using Microsoft.ML.Diffusion.Models.Methods.Conditional;
using Microsoft.ML.Diffusion.Models.Methods.ExtraTrees;
using Microsoft.ML.Diffusion.Models.Methods.Masked;
using Microsoft.ML.Diffusion.Models.Methods.MedDiff;
using Microsoft.ML.Diffusion.Models.Methods.MissForest;
using Microsoft.ML.Diffusion.Models.Methods.PrivateMarginals;
using Microsoft.ML.Diffusion.Models.Methods.Stasy;
using Microsoft.ML.Diffusion.Models.Methods.TabDdpm;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Tests;

/// <summary>Numbers at the ends of what a double can be are filled in and made within the observed range, or refused in a sentence, by
/// every method; and none of them takes for ever.</summary>
public class ExtremeNumberTests
{
    // Wide: each of them takes milliseconds.
    private static readonly TimeSpan s_most = TimeSpan.FromMinutes(2);

    public static TheoryData<string, string> Imputations => Each(ImputationMethods.All.Select(method => method.Name));

    public static TheoryData<string, string> Generations => Each(GenerationMethods.All
        // Under a privacy budget nobody knows the observed range.
        .Where(method => method.NewOptions() is not PrivateMarginalsOptions).Select(method => method.Name));

    [Theory]
    [MemberData(nameof(Imputations))]
    public async Task Missing_numbers_are_filled_within_the_observed_range(string method, string name)
    {
        Table table = ExtremeTables.Of(name), rows = ExtremeTables.WithHoles(table);
        TableImputer imputer = await InTime(() => TableImputer.Train(table, Small(ImputationMethods.Find(method)!.NewOptions())));
        foreach (ImputationMode mode in new[] { ImputationMode.Expectation, ImputationMode.Draw })
            RequireFilled(table, await InTime(() => imputer.Impute(rows, mode, seed: 3)), mayMiss: false);
    }

    [Theory]
    [MemberData(nameof(Generations))]
    public async Task Numbers_are_made_within_the_observed_range_or_the_table_is_refused(string method, string name)
    {
        Table table = ExtremeTables.Of(name);
        GeneratorOptions options = Small(GenerationMethods.Find(method)!.NewOptions());
        try
        {
            TableGenerator generator = await InTime(() => options.Registration.Train(table, options));
            RequireFilled(table, await InTime(() => generator.Generate(40, seed: 3)), mayMiss: false);
        }
        catch (InvalidDataException refusal)
        {
            // Only where there is next to nothing to learn.
            Assert.InRange(table.RowCount, 1, 2);
            Assert.EndsWith(".", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void Infinite_numbers_are_refused_in_a_sentence_by_every_method(double infinite)
    {
        Table table = ExtremeTables.Of("one outlier below");
        table[3, ExtremeTables.Extreme] = infinite;
        foreach (ImputationMethod method in ImputationMethods.All)
            Assert.EndsWith(".", Assert.Throws<InvalidDataException>(() => method.Train(table, method.NewOptions())).Message, StringComparison.Ordinal);
        foreach (GenerationMethod method in GenerationMethods.All)
            Assert.EndsWith(".", Assert.Throws<InvalidDataException>(() => method.Train(table, method.NewOptions())).Message, StringComparison.Ordinal);
    }

    private static TheoryData<string, string> Each(IEnumerable<string> methods)
    {
        var cases = new TheoryData<string, string>();
        foreach (string method in methods)
        {
            foreach (string name in ExtremeTables.Names)
                cases.Add(method, name);
        }
        return cases;
    }

    private static void RequireFilled(Table training, Table filled, bool mayMiss)
    {
        for (int column = 0; column < training.Columns.Count; column++)
        {
            (double least, double most) = ExtremeTables.Range(training, column);
            for (int row = 0; row < filled.RowCount; row++)
            {
                double cell = filled[row, column];
                // Of a column without a number nothing is known.
                bool isFine = double.IsNaN(cell) ? double.IsNaN(least) || mayMiss : cell >= least && cell <= most;
                Assert.True(isFine, $"{cell:R} in row {row} of column {training.Columns[column].Name}, {least:R} to {most:R} observed");
            }
        }
    }

    private static async Task<T> InTime<T>(Func<T> work) => await Task.Run(work).WaitAsync(s_most);

    private static ImputerOptions Small(ImputerOptions options)
    {
        switch (options)
        {
            case ConditionalOptions conditional:
                (conditional.Width, conditional.Blocks, conditional.Networks, conditional.Epochs, conditional.SamplingSteps) = (8, 1, 2, 3, 5);
                break;
            case DiffusionImputerOptions diffusion:
                (diffusion.Width, diffusion.Blocks, diffusion.Epochs, diffusion.SamplingSteps, diffusion.BatchSize) = (8, 1, 2, 5, 32);
                break;
            case MissForestOptions forest:
                (forest.Trees, forest.Sweeps) = (5, 2);
                break;
            case ExtraTreesOptions trees:
                trees.Trees = 5;
                break;
        }
        return options;
    }

    private static GeneratorOptions Small(GeneratorOptions options)
    {
        options.LabelColumn = 2;
        if (options is DiffusionGeneratorOptions diffusion)
            (diffusion.Steps, diffusion.BatchSize) = (10, 32);
        switch (options)
        {
            case MaskedOptions masked:
                (masked.Width, masked.Blocks) = (8, 1);
                break;
            case TabDdpmOptions tabDdpm:
                (tabDdpm.Layers, tabDdpm.DiffusionSteps) = ([8], 10);
                break;
            case StasyOptions stasy:
                (stasy.Layers, stasy.Tolerance, stasy.FineTuningRounds) = ([8], 0.1, 1);
                break;
            case MedDiffOptions medDiff:
                (medDiff.Width, medDiff.DiffusionSteps, medDiff.SamplingSteps, medDiff.CalibrationRows) = (4, 30, 5, 16);
                break;
        }
        return options;
    }
}
