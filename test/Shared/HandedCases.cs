namespace Microsoft.ML.Diffusion.Testing;

/// <summary>Where tests find the small tables of public bug reports, when they lie beside the repository.</summary>
internal static class HandedCases
{
    /// <summary>The path of a file of a case.</summary>
    public static string PathOf(string name, string file) => Path.Combine(RealData.RepositoryRoot, "..", "shared", "cases", name, file);

    /// <summary>Whether a case is there.</summary>
    public static bool Have(string name) => Directory.Exists(PathOf(name, ""));
}

/// <summary>A fact over a handed case; skipped, with the reason, where the case is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class HandedCaseFactAttribute : FactAttribute
{
    public HandedCaseFactAttribute(string name) =>
        Skip = HandedCases.Have(name) ? null : $"the case {name} is not beside this repository (../shared/cases)";
}
