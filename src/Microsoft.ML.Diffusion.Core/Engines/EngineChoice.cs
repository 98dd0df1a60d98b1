using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Core.Engines;

/// <summary>Which engine computes, and why.</summary>
/// <remarks>
/// The engine on TorchSharp is the app's to carry: it adds the package Microsoft.ML.Diffusion.TorchSharp and exactly one of TorchSharp-cpu,
/// TorchSharp-cuda-linux and TorchSharp-cuda-windows. The assembly is found by its name; an app that is trimmed or compiled ahead of
/// time calls <c>TorchEngine.Register()</c> once at its start instead.
/// </remarks>
public sealed class EngineChoice
{
    private readonly EngineProvider? _provider;

    private EngineChoice(EngineProvider? provider, int? gpuDeviceId, string sentence) =>
        (_provider, GpuDeviceId, Sentence) = (provider, gpuDeviceId, sentence);

    /// <summary>The managed engine, for which nobody needs to be asked.</summary>
    public static EngineChoice Managed { get; } = new(null, null, "Computing on the managed engine, as asked for.");

    /// <summary>The GPU that computes; null for the processor.</summary>
    public int? GpuDeviceId { get; }

    /// <summary>Whether it is the managed engine.</summary>
    public bool IsManaged => _provider is null;

    /// <summary>Which engine it is and why, for a log.</summary>
    public string Sentence { get; }

    /// <summary>Decides.</summary>
    /// <param name="kind">What is wanted.</param>
    /// <param name="gpuDeviceId">The GPU that is wanted, 0-based; null for the first there is, if any.</param>
    /// <param name="fallbackToCpu">Whether the processor will do where that GPU is not there.</param>
    /// <exception cref="ArgumentOutOfRangeException">The kind is none, or the number of the GPU is negative.</exception>
    /// <exception cref="InvalidOperationException">What is wanted is not there; the message says what to add.</exception>
    public static EngineChoice Decide(EngineKind kind, int? gpuDeviceId = null, bool fallbackToCpu = true)
    {
        if (!Enum.IsDefined(kind))
            throw new ArgumentOutOfRangeException(nameof(kind), kind, "The option Engine must be Auto, Managed or TorchSharp.");
        if (gpuDeviceId < 0)
            throw new ArgumentOutOfRangeException(nameof(gpuDeviceId), gpuDeviceId, "The option GpuDeviceId must be 0 or more.");
        return kind == EngineKind.Managed ? Managed : Decide(kind, gpuDeviceId, fallbackToCpu, EngineLoader.Find());
    }

    /// <summary>Makes the engine.</summary>
    /// <param name="threads">How many threads an operation on the processor may use; null for one per core.</param>
    public TensorEngine Create(int? threads) =>
        _provider is null ? new ManagedEngine(threads) : _provider.Create(GpuDeviceId, threads ?? Environment.ProcessorCount);

    internal static EngineChoice Decide(EngineKind kind, int? gpuDeviceId, bool fallbackToCpu, EngineProvider? provider)
    {
        EngineSupport support = provider?.Probe() ?? new EngineSupport(IsUsable: false, Gpus: 0, EngineLoader.Missing);
        int? gpu = support.IsUsable && support.Gpus > (gpuDeviceId ?? 0) ? gpuDeviceId ?? 0 : null;
        if (gpu is not null)
            return new EngineChoice(provider, gpu, $"Computing on GPU {gpu} with TorchSharp.");
        if (kind == EngineKind.TorchSharp && !support.IsUsable)
            throw new InvalidOperationException(support.Reason);
        if (gpuDeviceId is not null && !fallbackToCpu)
            throw new InvalidOperationException($"There is no GPU {gpuDeviceId} to compute on, and FallbackToCpu is false: {NoGpu()}.");
        return kind == EngineKind.TorchSharp
            ? new EngineChoice(provider, null, $"Computing on the processor with TorchSharp: {NoGpu()}.")
            : new EngineChoice(null, null, $"Computing on the managed engine: {NoGpu()}.");

        string NoGpu() => provider is null ? "the app does not carry the package Microsoft.ML.Diffusion.TorchSharp"
            : !support.IsUsable ? support.Reason.TrimEnd('.')
            : support.Gpus > 0 ? $"TorchSharp finds {support.Gpus} GPU, and none of number {gpuDeviceId}"
            : support.Reason;
    }
}
