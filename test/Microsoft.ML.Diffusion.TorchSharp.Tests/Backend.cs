namespace Microsoft.ML.Diffusion.TorchSharp.Tests;

/// <summary>Whether TorchSharp has something to compute with.</summary>
internal static class Backend
{
    /// <summary>Why tests of the engine cannot run; null where they can.</summary>
    public static string? Missing { get; } =
        TorchBackend.Probe().IsUsable ? null : "TorchSharp has no native backend here, so there is no second engine to compare with the managed one";

    /// <summary>The engine that is tested: on a GPU where there is one, so that the same tests say whether it computes the same. To test
    /// the processor on such a machine, hide the GPU with <c>CUDA_VISIBLE_DEVICES=</c>.</summary>
    public static TorchEngine NewEngine() =>
        new(new TorchEngineOptions { Gpu = TorchBackend.Probe().Gpus > 0 ? 0 : null, Threads = 1 });
}
