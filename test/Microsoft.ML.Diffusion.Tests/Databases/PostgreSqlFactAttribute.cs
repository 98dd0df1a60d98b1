namespace Microsoft.ML.Diffusion.Tests.Databases;

/// <summary>A fact that starts a PostgreSQL server of its own; skipped, with the reason, where the programs are not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PostgreSqlFactAttribute : FactAttribute
{
    // Where Debian and Ubuntu put each version.
    private const string Root = "/usr/lib/postgresql";

    public PostgreSqlFactAttribute() => Skip = Programs is null ? $"there is no PostgreSQL server in {Root}" : null;

    /// <summary>The folder of initdb and pg_ctl; null where there is none.</summary>
    public static string? Programs { get; } = !Directory.Exists(Root) ? null : Directory.GetDirectories(Root)
        .Select(version => Path.Combine(version, "bin")).FirstOrDefault(bin => File.Exists(Path.Combine(bin, "initdb")));
}
