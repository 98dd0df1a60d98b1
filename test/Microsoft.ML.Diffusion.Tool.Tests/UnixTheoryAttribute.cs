namespace Microsoft.ML.Diffusion.Tool.Tests;

/// <summary>A fact for each line of data that needs what <see cref="UnixFactAttribute"/> does.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class UnixTheoryAttribute : TheoryAttribute
{
    public UnixTheoryAttribute() => Skip = UnixFactAttribute.IsUnix ? null : UnixFactAttribute.Reason;
}
