namespace Microsoft.ML.Diffusion.Tool.Tests;

/// <summary>A fact that needs signals or /dev/full; skipped, with the reason, where there are none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class UnixFactAttribute : FactAttribute
{
    internal const string Reason = "this machine has no /dev/full, so none of the ways of Linux";

    public UnixFactAttribute() => Skip = IsUnix ? null : Reason;

    internal static bool IsUnix => File.Exists("/dev/full");
}
