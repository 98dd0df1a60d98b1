using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Series.Methods.Baselines;

namespace Microsoft.ML.Diffusion.Series.Methods.Forward;

/// <summary>The registration of the last observation carried forward.</summary>
internal sealed class ForwardImputation : BaselineImputation
{
    public static ForwardImputation Instance { get; } = new();

    public override string Name => "forward";

    public override string Title => "Last observation carried forward";

    public override SeriesImputerOptions NewOptions() => new ForwardOptions();

    public override double Guess(double time, ObservedValue before, ObservedValue after, double mean) =>
        before.IsThere ? before.Value : mean;
}
