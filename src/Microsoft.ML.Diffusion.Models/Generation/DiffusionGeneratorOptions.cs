using Microsoft.ML.Diffusion.Core.Engines;

namespace Microsoft.ML.Diffusion.Models.Generation;

/// <summary>What a <see cref="DiffusionGenerator"/> is trained with, whichever its method.</summary>
/// <remarks>A null lets the training choose by the size of the table; the choice depends on the table alone, never on the clock, so that a
/// seed gives the same bits anywhere. Which values are chosen, the class of each method says.</remarks>
public abstract class DiffusionGeneratorOptions : GeneratorOptions
{
    private protected DiffusionGeneratorOptions()
    {
    }

    /// <summary>The number of optimizer steps, 1 or more. Default: null, chosen by the method.</summary>
    public int? Steps { get; set; }

    /// <summary>Rows per optimizer step, 1 to 65,536. Default: null, chosen by the method.</summary>
    public int? BatchSize { get; set; }

    /// <summary>The largest learning rate, above 0 and at most 1. Default: null, chosen by the method.</summary>
    public double? LearningRate { get; set; }

    /// <summary>How many threads train, 1 or more. Default: null, one per core. The result does not depend on it.</summary>
    public int? Threads { get; set; }

    /// <summary>What computes the training. Default: <see cref="EngineKind.Auto"/>, a GPU where the app carries TorchSharp and there is
    /// one,
    /// else managed code. The model is the same in kind, and its file does not tell; its numbers agree to rounding.</summary>
    public EngineKind Engine { get; set; } = EngineKind.Auto;

    /// <summary>Which GPU computes, 0-based. Null, the default: the one that the MLContext names, if it names one; else the first, if
    /// there is
    /// one.</summary>
    public int? GpuDeviceId { get; set; }

    /// <summary>Whether the training goes to the processor where <see cref="GpuDeviceId"/> is not there. Default: true.</summary>
    public bool FallbackToCpu { get; set; } = true;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(Steps is null or >= 1, nameof(Steps), Steps, "at least 1");
        Require(BatchSize is null or (>= 1 and <= 65_536), nameof(BatchSize), BatchSize, "between 1 and 65,536");
        Require(LearningRate is null or (> 0 and <= 1), nameof(LearningRate), LearningRate, "above 0 and at most 1");
        Require(Threads is null or >= 1, nameof(Threads), Threads, "at least 1");
        Require(Enum.IsDefined(Engine), nameof(Engine), Engine, "Auto, Managed or TorchSharp");
        Require(GpuDeviceId is null or >= 0, nameof(GpuDeviceId), GpuDeviceId, "0 or more");
    }

    internal virtual EngineChoice ChooseEngine() => EngineChoice.Decide(Engine, GpuDeviceId, FallbackToCpu);
}
