namespace Microsoft.ML.Diffusion.TorchSharp.Tests;

/// <summary>Whether TorchSharp has something to compute with.</summary>
internal static class Backend
{
    /// <summary>Why tests of the engine cannot run; null where they can.</summary>
    public static string? Missing { get; } =
        TorchBackend.Probe().IsUsable ? null : "TorchSharp has no native backend here, so there is no second engine to compare with the managed one";
}
