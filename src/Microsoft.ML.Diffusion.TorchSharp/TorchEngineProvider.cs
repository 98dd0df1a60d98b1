using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.TorchSharp;

/// <summary>Makes <see cref="TorchEngine"/>s for those who know the assembly by its name only.</summary>
public sealed class TorchEngineProvider : EngineProvider
{
    /// <inheritdoc/>
    public override EngineSupport Probe() => TorchBackend.Probe();

    /// <inheritdoc/>
    public override TensorEngine Create(int? gpu, int? threads) => new TorchEngine(new TorchEngineOptions { Gpu = gpu, Threads = threads });
}
