using System.Reflection;

namespace Microsoft.ML.Diffusion.Evaluation.Results;

/// <summary>Where a result comes from: what was compared, by which version, when, and how to get it again. Reports show it and JSON
/// keeps it.</summary>
/// <param name="Version">Version of this library, with the beginning of its commit where it is known.</param>
/// <param name="Date">When the work was begun.</param>
/// <param name="Command">The command line that did it; null where there was none.</param>
/// <param name="Inputs">The tables that were compared.</param>
public sealed record ResultOrigin(string Version, DateTimeOffset Date, string? Command, IReadOnlyList<ComparedInput> Inputs)
{
    private const int CommitLetters = 8;

    /// <summary>The version of this library as <see cref="Version"/> has it.</summary>
    public static string CurrentVersion { get; } = ReadVersion();

    private static string ReadVersion()
    {
        string version = typeof(ResultOrigin).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
            ?? string.Empty;
        int commit = version.IndexOf('+', StringComparison.Ordinal) + 1;
        return commit > 0 && version.Length > commit + CommitLetters ? version[..(commit + CommitLetters)] : version;
    }
}
