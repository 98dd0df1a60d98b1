namespace Microsoft.ML.Diffusion.Models.Tests;

/// <summary>Models that several tests ask, trained once: small, and just good enough.</summary>
internal static class TrainedModels
{
    public static TheoryData<DiffusionMethod> Methods => [DiffusionMethod.Conditional, DiffusionMethod.MissDiff];

    /// <summary>A complete table, and the same with a fifth of each column hidden.</summary>
    public static Table Truth { get; } = Simulated.Pairs(1500);

    public static Table Amputed { get; } = Amputation.Ampute(Truth, MissingnessMechanism.McarColumn, 0.2, 1);

    private static readonly Lazy<TabularDiffusionModel> s_conditional = new(() => TabularDiffusionModel.Train(Amputed, Conditional()));
    private static readonly Lazy<TabularDiffusionModel> s_missDiff = new(() => TabularDiffusionModel.Train(Amputed, MissDiff()));

    public static TabularDiffusionModel Of(DiffusionMethod method) =>
        method == DiffusionMethod.MissDiff ? s_missDiff.Value : s_conditional.Value;

    /// <summary>Options for a quick training.</summary>
    public static TabularDiffusionModel.Options Quick(DiffusionMethod method, int epochs = 2)
    {
        TabularDiffusionModel.Options options = method == DiffusionMethod.MissDiff ? MissDiff() : Conditional();
        options.Epochs = epochs;
        return options;
    }

    private static TabularDiffusionModel.Options Conditional() =>
        new() { Width = 32, Blocks = 2, Networks = 2, Epochs = 100, Seed = 5 };

    private static TabularDiffusionModel.Options MissDiff()
    {
        var options = TabularDiffusionModel.Options.Paper();
        options.Epochs = 250;
        options.ExpectationDraws = 20;
        options.Seed = 5;
        return options;
    }
}
