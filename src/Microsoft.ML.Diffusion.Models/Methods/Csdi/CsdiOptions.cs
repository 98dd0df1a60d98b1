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
    private protected CsdiOptions()
    {
    }

    /// <summary>From how many draws a best guess is made, 1 to 1,000, each from a starting point that the model's seed fixes. Default:
    /// null, 10.</summary>
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
    }
}
