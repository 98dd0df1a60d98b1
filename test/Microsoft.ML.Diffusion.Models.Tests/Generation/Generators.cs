using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Methods;
using Microsoft.ML.Diffusion.Models.Methods.Masked;
using Microsoft.ML.Diffusion.Models.Methods.MedDiff;
using Microsoft.ML.Diffusion.Models.Methods.PrivateMarginals;
using Microsoft.ML.Diffusion.Models.Methods.Stasy;
using Microsoft.ML.Diffusion.Models.Methods.TabDdpm;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Tests;

/// <summary>Generators that several tests ask, trained once: small, and just good enough.</summary>
internal static class Generators
{
    /// <summary>The names of the methods that can be saved.</summary>
    public static TheoryData<string> Methods =>
        [.. GenerationMethods.All.Where(method => method.Can(GenerationAbilities.Saving)).Select(method => method.Name)];

    /// <summary>Two correlated numbers and a category, which is the label.</summary>
    public static Table Rows { get; } = Simulated.Pairs(2000);

    public const int Label = 2;

    private static readonly Dictionary<string, Lazy<DiffusionGenerator>> s_trained = GenerationMethods.All.ToDictionary(
        method => method.Name, method => new Lazy<DiffusionGenerator>(() => Train(Rows, Quick(method.Name))));

    public static DiffusionGenerator Of(string method) => s_trained[method].Value;

    /// <summary>The methods that train a network.</summary>
    public static TheoryData<string> Networks =>
        [.. GenerationMethods.All.Where(method => method.NewOptions() is DiffusionGeneratorOptions).Select(method => method.Name)];

    /// <summary>Trains what can be saved.</summary>
    public static DiffusionGenerator Train(Table table, GeneratorOptions options, IProgress<TrainingProgress>? progress = null) =>
        (DiffusionGenerator)options.Registration.Train(table, options, progress);

    /// <summary>Options for a quick training.</summary>
    public static GeneratorOptions Quick(string method, int? steps = null)
    {
        GeneratorOptions quick = GenerationMethods.Find(method)!.NewOptions();
        (quick.LabelColumn, quick.Seed) = (Label, 3);
        if (quick is PrivateMarginalsOptions privately)
            (privately.Epsilon, privately.NoiseSeed) = (100, 3);
        return quick is DiffusionGeneratorOptions network ? Quick(network, method, steps) : quick;
    }

    private static DiffusionGeneratorOptions Quick(DiffusionGeneratorOptions options, string method, int? steps)
    {
        bool isMissDiff = method == "missdiff";
        options.BatchSize = isMissDiff ? 64 : 128;
        options.LearningRate = isMissDiff ? 1e-3 : 3e-3;
        options.Steps = steps ?? (isMissDiff ? 3000 : 1000);
        switch (options)
        {
            case MaskedOptions masked:
                (masked.Width, masked.Blocks) = (64, 2);
                break;
            case TabDdpmOptions tabDdpm:
                (tabDdpm.Layers, tabDdpm.DiffusionSteps, tabDdpm.Steps) = ([128, 128], 50, steps ?? 2000);
                break;
            case StasyOptions stasy:
                (stasy.Layers, stasy.Steps, stasy.Tolerance) = ([64, 64], steps ?? 3000, 1e-3);
                break;
            case MedDiffOptions medDiff:
                (medDiff.Width, medDiff.DiffusionSteps, medDiff.CalibrationRows) = (32, 50, 256);
                break;
        }
        return options;
    }

    public static GenerationConditions Conditions(Table table) => new(table.Columns);
}
