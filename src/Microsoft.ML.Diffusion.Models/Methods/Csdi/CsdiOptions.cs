using Microsoft.ML.Diffusion.Core.Processes;
using Microsoft.ML.Diffusion.Core.Schedules;
using Microsoft.ML.Diffusion.Models.Imputation;

namespace Microsoft.ML.Diffusion.Models.Methods.Csdi;

/// <summary>What the methods with the network of CSDI (Tashiro et al. 2021) have in common: every number and every category of a row is a
/// token, and tokens attend to each other.</summary>
/// <remarks>The time grows with rows times tokens: about a minute for a thousand rows of ten numbers on two cores, many hours for a table
/// like Census.</remarks>
public abstract class CsdiOptions : DiffusionImputerOptions
{
    // How often the network may be asked for one best guess.
    internal const int MostCalls = 20_000;

    private protected CsdiOptions()
    {
    }

    /// <summary>From how many draws a best guess is made, 1 to 1,000, each from a starting point that the model's seed fixes; times
    /// <see cref="DiffusionImputerOptions.SamplingSteps"/> at most 20,000. Default: null, 10.</summary>
    public int? ExpectationDraws { get; set; }

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        // DataFromEpsilon divides by the signal.
        Require(
            Schedule is not NoiseScheduleKind.Cosine,
            nameof(Schedule),
            Schedule,
            "Quadratic, Linear or VarianceExploding: a cosine ends without any signal, and " +
            $"{Registration.Title} predicts noise, from which the data follow only while a signal is left");
        Require(ExpectationDraws is null or (>= 1 and <= 1000), nameof(ExpectationDraws), ExpectationDraws, "between 1 and 1,000");
        // Never more steps than levels, of which there are at most 150 unless it is said.
        long steps = Math.Min(SamplingSteps ?? int.MaxValue, DiffusionSteps ?? 150);
        Require(
            (ExpectationDraws ?? 10) * steps <= MostCalls, nameof(ExpectationDraws), ExpectationDraws,
            $"such that draws times steps, {steps}, are at most 20,000");
    }
}
