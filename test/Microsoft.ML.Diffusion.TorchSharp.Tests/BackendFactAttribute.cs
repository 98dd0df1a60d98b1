namespace Microsoft.ML.Diffusion.TorchSharp.Tests;

/// <summary>A fact about what TorchSharp computes; skipped where it has nothing to compute with.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BackendFactAttribute : FactAttribute
{
    public BackendFactAttribute() => Skip = Backend.Missing;
}
