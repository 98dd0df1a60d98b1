using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Tests;

/// <summary>Generators that several tests ask, trained once: small, and just good enough.</summary>
internal static class Generators
{
    public static TheoryData<GenerationMethod> Methods => [GenerationMethod.Masked, GenerationMethod.TabDdpm, GenerationMethod.MissDiff, GenerationMethod.MedDiff];

    /// <summary>Two correlated numbers and a category, which is the label.</summary>
    public static Table Rows { get; } = Simulated.Pairs(2000);

    public const int Label = 2;

    private static readonly Dictionary<GenerationMethod, Lazy<TabularGenerator>> s_trained =
        Enum.GetValues<GenerationMethod>().ToDictionary(method => method, method => new Lazy<TabularGenerator>(() => TabularGenerator.Train(Rows, Quick(method))));

    public static TabularGenerator Of(GenerationMethod method) => s_trained[method].Value;

    /// <summary>Options for a quick training.</summary>
    public static TabularGenerator.Options Quick(GenerationMethod method, int? steps = null) => new()
    {
        Method = method,
        LabelColumn = Label,
        Seed = 3,
        Width = method == GenerationMethod.MedDiff ? 32 : 64,
        Blocks = 2,
        Layers = [128, 128],
        DiffusionSteps = 50,
        CalibrationRows = 256,
        BatchSize = method == GenerationMethod.MissDiff ? 64 : 128,
        LearningRate = method == GenerationMethod.MissDiff ? 1e-3 : 3e-3,
        Steps = steps ?? (method == GenerationMethod.MissDiff ? 3000 : method == GenerationMethod.TabDdpm ? 2000 : 1000),
    };

    public static GenerationConditions Conditions(Table table) => new(table.Columns);
}
