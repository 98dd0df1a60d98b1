using Microsoft.ML.Diffusion.Core.Engines;
using Microsoft.ML.Diffusion.Core.Schedules;
using Microsoft.ML.Diffusion.Models.Encoders;

namespace Microsoft.ML.Diffusion.Models.Imputation;

/// <summary>What an imputer with a diffusion model is trained with, whichever its method.</summary>
/// <remarks>A null lets the training choose by the size of the table; the choice depends on the table alone, never on the clock, so that a
/// seed gives the same bits anywhere. Which values are chosen, the class of each method says.</remarks>
public abstract class DiffusionImputerOptions : ThreadedImputerOptions
{
    private protected DiffusionImputerOptions()
    {
    }

    /// <summary>How numbers are scaled. Default: null, chosen by the method.</summary>
    public NumericScaling? Scaling { get; set; }

    /// <summary>The noise schedule. Default: null, chosen by the method.</summary>
    public NoiseScheduleKind? Schedule { get; set; }

    /// <summary>The number of noise levels T, 2 to 10,000. Default: null, chosen by the method.</summary>
    public int? DiffusionSteps { get; set; }

    /// <summary>The width of the residual blocks, 1 to 8,192. Default: null, chosen by the method.</summary>
    public int? Width { get; set; }

    /// <summary>The number of residual blocks, 1 to 100. Default: null, chosen by the method.</summary>
    public int? Blocks { get; set; }

    /// <summary>How often the training goes over the rows, 1 or more. Default: null, chosen by the method.</summary>
    public int? Epochs { get; set; }

    /// <summary>Rows per optimizer step, 1 to 65,536. Default: null, chosen by the method.</summary>
    public int? BatchSize { get; set; }

    /// <summary>The largest learning rate of Adam, above 0 and at most 1. Default: null, chosen by the method.</summary>
    public double? LearningRate { get; set; }

    /// <summary>How many steps the reverse process of a draw takes, 1 or more; more than T count as T. Default: null, all T, which brings
    /// back the full variance; 50 of 100 lose about 3 % of the deviation.</summary>
    public int? SamplingSteps { get; set; }

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
        Require(Scaling is null || Enum.IsDefined(Scaling.Value), nameof(Scaling), Scaling, "a scaling of numbers");
        Require(Schedule is null || Enum.IsDefined(Schedule.Value), nameof(Schedule), Schedule, "a noise schedule");
        Require(DiffusionSteps is null or (>= 2 and <= 10_000), nameof(DiffusionSteps), DiffusionSteps, "between 2 and 10,000");
        Require(Width is null or (>= 1 and <= 8192), nameof(Width), Width, "between 1 and 8,192");
        Require(Blocks is null or (>= 1 and <= 100), nameof(Blocks), Blocks, "between 1 and 100");
        Require(Epochs is null or >= 1, nameof(Epochs), Epochs, "at least 1");
        Require(BatchSize is null or (>= 1 and <= 65_536), nameof(BatchSize), BatchSize, "between 1 and 65,536");
        Require(LearningRate is null or (> 0 and <= 1), nameof(LearningRate), LearningRate, "above 0 and at most 1");
        Require(SamplingSteps is null or >= 1, nameof(SamplingSteps), SamplingSteps, "at least 1");
        Require(Enum.IsDefined(Engine), nameof(Engine), Engine, "Auto, Managed or TorchSharp");
        Require(GpuDeviceId is null or >= 0, nameof(GpuDeviceId), GpuDeviceId, "0 or more");
    }

    internal EngineChoice ChooseEngine() => EngineChoice.Decide(Engine, GpuDeviceId, FallbackToCpu);
}
