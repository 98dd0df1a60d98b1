namespace Microsoft.ML.Diffusion.Testing;

/// <summary>Where tests find the small tables of public bug reports, when they lie beside the repository.</summary>
internal static class HandedCases
{
    /// <summary>The path of a file of a case.</summary>
    public static string PathOf(string name, string file) => Path.Combine(RealData.RepositoryRoot, "..", "shared", "cases", name, file);

    /// <summary>Why a test over a case cannot run here; null when it can.</summary>
    public static string? Missing(string name) =>
        Directory.Exists(PathOf(name, "")) ? null : $"the case {name} is not beside this repository (../shared/cases)";
}

/// <summary>A fact over a handed case; skipped, with the reason, where the case is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class HandedCaseFactAttribute : FactAttribute
{
    public HandedCaseFactAttribute(string name) => Skip = HandedCases.Missing(name);
}

/// <summary>A theory over a handed case; skipped, with the reason, where the case is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class HandedCaseTheoryAttribute : TheoryAttribute
{
    public HandedCaseTheoryAttribute(string name) => Skip = HandedCases.Missing(name);
}
