using Microsoft.ML.Diffusion.Models.Amputation;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods.Conditional;
using Microsoft.ML.Diffusion.Models.Methods.Csdi;
using Microsoft.ML.Diffusion.Models.Methods.CsdiT;
using Microsoft.ML.Diffusion.Models.Methods.MissDiff;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Tests;

/// <summary>Models that several tests ask, trained once: small, and just good enough.</summary>
internal static class TrainedModels
{
    public static TheoryData<string> Methods => ["conditional", "missdiff", "csdit"];

    /// <summary>A complete table, and the same with a fifth of each column hidden.</summary>
    public static Table Truth { get; } = Simulated.Pairs(1500);

    public static Table Amputed { get; } = Amputer.Ampute(Truth, MissingnessMechanism.McarColumn, 0.2, 1);

    private static readonly Lazy<TableImputer> s_conditional = new(() => TableImputer.Train(Amputed, Conditional()));
    private static readonly Lazy<TableImputer> s_missDiff = new(() => TableImputer.Train(Amputed, Csdi("missdiff")));
    private static readonly Lazy<TableImputer> s_csdiT = new(() => TableImputer.Train(Amputed, Csdi("csdit")));

    public static TableImputer Of(string method) => method switch
    {
        "missdiff" => s_missDiff.Value,
        "csdit" => s_csdiT.Value,
        _ => s_conditional.Value,
    };

    /// <summary>Options for a quick training.</summary>
    public static DiffusionImputerOptions Quick(string method, int epochs = 2)
    {
        DiffusionImputerOptions options = method == "conditional" ? Conditional() : Csdi(method);
        options.Epochs = epochs;
        return options;
    }

    private static ConditionalOptions Conditional() => new() { Width = 32, Blocks = 2, Networks = 2, Epochs = 100, Seed = 5 };

    private static CsdiOptions Csdi(string method)
    {
        CsdiOptions options = method == "csdit" ? CsdiTOptions.Paper() : MissDiffOptions.Paper();
        (options.Width, options.Blocks, options.Epochs, options.BatchSize, options.LearningRate) = (32, 3, 90, 32, 1e-3);
        // Numbers of the noise's size teach sooner than those between 0 and 1.
        (options.Scaling, options.ExpectationDraws, options.SamplingSteps) = (NumericScaling.Standard, 20, 25);
        options.Seed = 5;
        return options;
    }
}
