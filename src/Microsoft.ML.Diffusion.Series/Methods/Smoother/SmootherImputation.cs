using Microsoft.ML.Diffusion.Series.Imputation;

namespace Microsoft.ML.Diffusion.Series.Methods.Smoother;

/// <summary>The registration of the linear smoother.</summary>
internal sealed class SmootherImputation : SmoothedImputationMethod<SmootherOptions>
{
    public static SmootherImputation Instance { get; } = new();

    public override string Name => "smoother";

    public override string Title => "the linear smoother";

    public override string Reference => "Rasmussen, Williams 2006";

    public override SeriesImputerOptions NewOptions() => new SmootherOptions();

    protected override SmootherSettings SettingsOf(SmootherOptions options) =>
        new() { Rank = options.Rank, Steps = options.Steps, Period = options.Period };
}
