using Microsoft.ML.Diffusion.Core.Engines;
using Microsoft.ML.Diffusion.Series.Imputation;

namespace Microsoft.ML.Diffusion.Series.Methods.Networks;

/// <summary>What methods that train one network share: where it is trained.</summary>
public abstract class SeriesNetworkOptions : SeriesImputerOptions
{
    private protected SeriesNetworkOptions()
    {
    }

    /// <summary>What computes the training. Default: <see cref="EngineKind.Auto"/>, a GPU where the app carries TorchSharp and there is
    /// one, else managed code. The model is the same in kind, and its file does not tell; its numbers agree to rounding.</summary>
    public EngineKind Engine { get; set; } = EngineKind.Auto;

    /// <summary>Which GPU computes, 0-based. Null, the default: the one that the MLContext names, if it names one; else the first, if
    /// there is one.</summary>
    public int? GpuDeviceId { get; set; }

    /// <summary>Whether the training goes to the processor where <see cref="GpuDeviceId"/> is not there. Default: true.</summary>
    public bool FallbackToCpu { get; set; } = true;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(Enum.IsDefined(Engine), nameof(Engine), Engine, "Auto, Managed or TorchSharp");
        Require(GpuDeviceId is null or >= 0, nameof(GpuDeviceId), GpuDeviceId, "0 or more");
    }

    internal EngineChoice ChooseEngine() => EngineChoice.Decide(Engine, GpuDeviceId, FallbackToCpu);
}
