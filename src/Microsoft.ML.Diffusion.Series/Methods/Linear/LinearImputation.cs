using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Series.Methods.Baselines;

namespace Microsoft.ML.Diffusion.Series.Methods.Linear;

/// <summary>The registration of linear interpolation.</summary>
internal sealed class LinearImputation : BaselineImputation
{
    public static LinearImputation Instance { get; } = new();

    public override string Name => "linear";

    public override string Title => "Linear interpolation";

    public override SeriesImputerOptions NewOptions() => new LinearOptions();

    public override double Guess(double time, ObservedValue before, ObservedValue after, double mean)
    {
        if (!before.IsThere || !after.IsThere)
            return before.IsThere ? before.Value : after.IsThere ? after.Value : mean;
        double share = (time - before.Time) / (after.Time - before.Time);
        // The mean of two weights cannot overflow where the difference of the values would.
        return before.Value * (1 - share) + after.Value * share;
    }
}
