namespace Microsoft.ML.Diffusion.Tool.Tests;

/// <summary>A fact that only the superuser of a Unix machine can see.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RootFactAttribute : FactAttribute
{
    public RootFactAttribute() => Skip = !UnixFactAttribute.IsUnix ? UnixFactAttribute.Reason
        : Environment.IsPrivilegedProcess ? null : "only the superuser may change owners and mount file systems";
}
