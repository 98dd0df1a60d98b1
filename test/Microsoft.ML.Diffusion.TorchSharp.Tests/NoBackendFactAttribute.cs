namespace Microsoft.ML.Diffusion.TorchSharp.Tests;

/// <summary>A fact about an app without a native backend of TorchSharp; skipped where there is one.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NoBackendFactAttribute : FactAttribute
{
    public NoBackendFactAttribute() => Skip = Backend.Missing is null ? "TorchSharp has a native backend here" : null;
}
