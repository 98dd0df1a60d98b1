using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Series.Methods.Smoother;

namespace Microsoft.ML.Diffusion.Series.Methods.GaussianProcess;

/// <summary>The registration of a Gaussian process for each variable alone.</summary>
internal sealed class GaussianProcessImputation : SmoothedImputationMethod<GaussianProcessOptions>
{
    public static GaussianProcessImputation Instance { get; } = new();

    public override string Name => "gaussian-process";

    public override string Title => "a Gaussian process for each variable";

    public override string Reference => "Rasmussen, Williams 2006";

    public override SeriesImputerOptions NewOptions() => new GaussianProcessOptions();

    protected override SmootherSettings SettingsOf(GaussianProcessOptions options) =>
        new() { IsSeparate = true, Steps = options.Steps };
}
