using Microsoft.ML.Diffusion.Core.Engines;
using Microsoft.ML.Diffusion.MLNetInternals;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Diffusion;

/// <summary>Brings together what the options and the MLContext say of where to compute.</summary>
internal static class TrainingEngine
{
    /// <summary>Decides, and says in the log which engine it is and why.</summary>
    /// <param name="host">The component; of the MLContext's wishes those count that it had when the component was made.</param>
    /// <param name="channel">The log.</param>
    /// <param name="kind">What the options want.</param>
    /// <param name="gpuDeviceId">The GPU that the options want; null for the MLContext's.</param>
    /// <param name="fallbackToCpu">Whether the options let the processor compute instead.</param>
    /// <returns>The GPU to ask for, and whether the processor will do where it is not there.</returns>
    /// <exception cref="InvalidOperationException">What is wanted is not there.</exception>
    public static (int? GpuDeviceId, bool FallbackToCpu) Announce(
        IHostEnvironment host, IChannel channel, EngineKind kind, int? gpuDeviceId, bool fallbackToCpu)
    {
        gpuDeviceId ??= HostAccess.GpuDeviceIdOf(host);
        fallbackToCpu &= HostAccess.MayFallBackToCpu(host);
        channel.Info(MessageSensitivity.None, "{0}", EngineChoice.Decide(kind, gpuDeviceId, fallbackToCpu).Sentence);
        return (gpuDeviceId, fallbackToCpu);
    }
}
