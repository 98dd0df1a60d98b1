using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Methods;
using Microsoft.ML.Diffusion.Models.Methods.Masked;
using Microsoft.ML.Diffusion.Models.Methods.MedDiff;
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
        method => method.Name, method => new Lazy<DiffusionGenerator>(() => DiffusionGenerator.Train(Rows, Quick(method.Name))));

    public static DiffusionGenerator Of(string method) => s_trained[method].Value;

    /// <summary>Options for a quick training.</summary>
    public static DiffusionGeneratorOptions Quick(string method, int? steps = null)
    {
        var options = (DiffusionGeneratorOptions)GenerationMethods.Find(method)!.NewOptions();
        options.LabelColumn = Label;
        options.Seed = 3;
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
            case MedDiffOptions medDiff:
                (medDiff.Width, medDiff.DiffusionSteps, medDiff.CalibrationRows) = (32, 50, 256);
                break;
        }
        return options;
    }

    public static GenerationConditions Conditions(Table table) => new(table.Columns);
}
