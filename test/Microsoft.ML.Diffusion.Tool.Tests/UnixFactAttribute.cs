namespace Microsoft.ML.Diffusion.Tool.Tests;

/// <summary>A fact that needs signals or /dev/full; skipped, with the reason, where there are none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute() => Skip = File.Exists("/dev/full") ? null : "this machine has no /dev/full, so none of the ways of Linux";
}
