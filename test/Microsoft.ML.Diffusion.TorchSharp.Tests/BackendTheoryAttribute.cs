namespace Microsoft.ML.Diffusion.TorchSharp.Tests;

/// <summary>A theory about what TorchSharp computes; skipped where it has nothing to compute with.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BackendTheoryAttribute : TheoryAttribute
{
    public BackendTheoryAttribute() => Skip = Backend.Missing;
}
