using System.Reflection;

namespace Microsoft.ML.StandIns.Tests.Api;

/// <summary>A fact about the real TorchSharp; skipped where a stand-in was restored in its place.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RealTorchSharpFactAttribute : FactAttribute
{
    public RealTorchSharpFactAttribute()
    {
        // The real one is signed.
        if (Assembly.Load("TorchSharp").GetName().GetPublicKeyToken() is not { Length: > 0 })
            Skip = "a stand-in was restored in place of the real TorchSharp, so there is nothing to compare it with";
    }
}
