using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Series.Methods.Baselines;

namespace Microsoft.ML.Diffusion.Series.Methods.Mean;

/// <summary>The registration of the mean.</summary>
internal sealed class MeanImputation : BaselineImputation
{
    public static MeanImputation Instance { get; } = new();

    public override string Name => "mean";

    public override string Title => "Mean";

    public override SeriesImputerOptions NewOptions() => new SeriesMeanOptions();

    public override double Guess(double time, ObservedValue before, ObservedValue after, double mean) => mean;
}
