namespace Microsoft.ML.Diffusion.Packages.Tests;

/// <summary>A fact that builds a program in F#; skipped, with the reason, where nothing can be restored or the SDK lacks
/// FSharp.Core.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FSharpFactAttribute : FactAttribute
{
    public FSharpFactAttribute() => Skip = FeedFactAttribute.SilentSource
        ?? (HasLibrary() ? null : "the .NET SDK of this machine has no package of FSharp.Core");

    // The SDK brings the package and restores from its folder: three levels above the shared framework, sdk/VERSION/FSharp/library-packs.
    private static bool HasLibrary()
    {
        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        string sdks = Path.GetFullPath(Path.Combine(framework, "..", "..", "..", "sdk"));
        return Directory.Exists(sdks) && Directory.EnumerateDirectories(sdks)
            .Select(sdk => Path.Combine(sdk, "FSharp", "library-packs"))
            .Any(folder => Directory.Exists(folder) && Directory.EnumerateFiles(folder, "FSharp.Core.*.nupkg").Any());
    }
}
