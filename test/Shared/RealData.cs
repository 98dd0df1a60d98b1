namespace Microsoft.ML.Diffusion.Testing;

/// <summary>Where tests find tables: the small ones of the repository and, when present, the real ones beside it.</summary>
internal static class RealData
{
    /// <summary>Why a test over real tables cannot run here; null when it can.</summary>
    public static string? Missing(string file) =>
        File.Exists(PathOf(file)) ? null : $"the real table {file} is not beside this repository (../shared/data)";

    /// <summary>The path of a real table beside the repository.</summary>
    public static string PathOf(string file) => Path.Combine(RepositoryRoot, "..", "shared", "data", file);

    /// <summary>The path of a small table that travels with the repository.</summary>
    public static string Shipped(string file) => Path.Combine(RepositoryRoot, "test", "data", file);

    /// <summary>The folder that holds the solution.</summary>
    public static string RepositoryRoot { get; } = FindRoot();

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder != null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Microsoft.ML.Diffusion.sln")))
                return folder.FullName;
        throw new DirectoryNotFoundException("The tests must run from a folder inside the repository.");
    }
}

/// <summary>A fact over a real table; skipped, with the reason, where the table is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RealDataFactAttribute : FactAttribute
{
    public RealDataFactAttribute(string file) => Skip = RealData.Missing(file);
}
