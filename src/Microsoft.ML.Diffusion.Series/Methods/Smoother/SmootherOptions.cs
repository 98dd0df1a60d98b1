using Microsoft.ML.Diffusion.Series.Imputation;

namespace Microsoft.ML.Diffusion.Series.Methods.Smoother;

/// <summary>Options of the linear smoother: every cell is the best linear prediction from all observed cells of its series, with real
/// distances in time (Rasmussen and Williams 2006, chapter 2; Journel and Huijbregts 1978).</summary>
public sealed class SmootherOptions : SeriesImputerOptions
{
    /// <inheritdoc/>
    public override SeriesImputationMethod Registration => SmootherImputation.Instance;

    /// <summary>How many common movements the variables share at each speed, 1 or more; at most as many as there are variables are used.
    /// Default: 10.</summary>
    public int Rank { get; set; } = 10;

    /// <summary>Steps in which the covariance is made more likely, 0 or more. Default: 80.</summary>
    public int Steps { get; set; } = 80;

    /// <summary>A period in which values repeat, in units of time; 0 for none. Default: null, those of the calendar are tried: a day in
    /// hours, minutes or seconds, a week in days or hours, a year in months.</summary>
    public double? Period { get; set; }

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(Rank >= 1, nameof(Rank), Rank, "at least 1");
        Require(Steps >= 0, nameof(Steps), Steps, "at least 0");
        Require(Period is null || (Period >= 0 && double.IsFinite(Period.Value)), nameof(Period), Period, "a number of at least 0");
    }
}
