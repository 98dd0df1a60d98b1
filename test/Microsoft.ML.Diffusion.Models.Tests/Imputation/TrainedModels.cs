using Microsoft.ML.Diffusion.Models.Amputation;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Tests;

/// <summary>Models that several tests ask, trained once: small, and just good enough.</summary>
internal static class TrainedModels
{
    public static TheoryData<DiffusionMethod> Methods => [DiffusionMethod.Conditional, DiffusionMethod.MissDiff, DiffusionMethod.CsdiT];

    /// <summary>A complete table, and the same with a fifth of each column hidden.</summary>
    public static Table Truth { get; } = Simulated.Pairs(1500);

    public static Table Amputed { get; } = Amputer.Ampute(Truth, MissingnessMechanism.McarColumn, 0.2, 1);

    private static readonly Lazy<TabularDiffusionModel> s_conditional = new(() => TabularDiffusionModel.Train(Amputed, Conditional()));
    private static readonly Lazy<TabularDiffusionModel> s_missDiff = new(() => TabularDiffusionModel.Train(Amputed, Csdi(DiffusionMethod.MissDiff)));
    private static readonly Lazy<TabularDiffusionModel> s_csdiT = new(() => TabularDiffusionModel.Train(Amputed, Csdi(DiffusionMethod.CsdiT)));

    public static TabularDiffusionModel Of(DiffusionMethod method) => method switch
    {
        DiffusionMethod.MissDiff => s_missDiff.Value,
        DiffusionMethod.CsdiT => s_csdiT.Value,
        _ => s_conditional.Value,
    };

    /// <summary>Options for a quick training.</summary>
    public static TabularDiffusionModel.Options Quick(DiffusionMethod method, int epochs = 2)
    {
        TabularDiffusionModel.Options options = method == DiffusionMethod.Conditional ? Conditional() : Csdi(method);
        options.Epochs = epochs;
        return options;
    }

    private static TabularDiffusionModel.Options Conditional() =>
        new() { Width = 32, Blocks = 2, Networks = 2, Epochs = 100, Seed = 5 };

    private static TabularDiffusionModel.Options Csdi(DiffusionMethod method)
    {
        var options = method == DiffusionMethod.CsdiT ? TabularDiffusionModel.Options.CsdiT() : TabularDiffusionModel.Options.Paper();
        (options.Width, options.Blocks, options.Epochs, options.BatchSize, options.LearningRate) = (32, 3, 90, 32, 1e-3);
        // Numbers of the noise's size teach sooner than those between 0 and 1.
        (options.Scaling, options.ExpectationDraws, options.SamplingSteps) = (NumericScaling.Standard, 20, 25);
        options.Seed = 5;
        return options;
    }
}
