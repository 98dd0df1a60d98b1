using Microsoft.ML.Data;

namespace Microsoft.ML.StandIns.Tests.Api;

/// <summary>A fact about the real Microsoft.ML; skipped where a stand-in was restored in its place.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RealPackageFactAttribute : FactAttribute
{
    public RealPackageFactAttribute()
    {
        if (typeof(IDataView).Assembly.GetName().Version != new Version(1, 0, 0, 0))
            Skip = "a stand-in was restored in place of the real Microsoft.ML, so there is nothing to compare it with";
    }
}
