using System.Globalization;

namespace Microsoft.ML.Diffusion.Packages.Tests;

/// <summary>The packages of this repository, packed once into a folder that NuGet restores from, and room for their users.</summary>
/// <remarks>
/// The version is new each time and what is restored from the folder is unpacked inside it, so nothing of it stays on the machine.
/// Everybody else's packages come from the machine's own package folder and sources.
/// </remarks>
public sealed class PackedFeed : IAsyncLifetime
{
    private static readonly string s_source = Path.Combine(RealData.RepositoryRoot, "src");
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("packages-");

    /// <summary>The version of all packages.</summary>
    public string Version { get; } = $"0.1.0-test.{DateTime.UtcNow.Ticks.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>The paths of all packages, those with symbols too.</summary>
    public IReadOnlyList<string> Packages { get; private set; } = [];

    /// <summary>The package of templates for dotnet new, which has no assembly.</summary>
    internal string Templates => Path.Combine(PathOf("packages"), $"Microsoft.ML.Diffusion.Templates.{Version}.nupkg");

    /// <summary>A path in the temporary folder. Its nuget.config knows the packages.</summary>
    internal string PathOf(string name) => Path.Combine(_folder.FullName, name);

    /// <summary>What a process needs in its environment in order to restore the packages.</summary>
    internal IReadOnlyDictionary<string, string> Variables => new Dictionary<string, string>
    {
        ["NUGET_PACKAGES"] = PathOf("restored"),
        ["DiffusionVersion"] = Version,
        ["MLVersion"] = Dotnet.MLVersion,
    };

    /// <summary>The names of the projects that are packed.</summary>
    internal static IEnumerable<string> Projects => Directory.GetFiles(s_source, "*.csproj", SearchOption.AllDirectories)
        .Where(path => !File.ReadAllText(path).Contains("<IsPackable>false</IsPackable>", StringComparison.Ordinal))
        .Select(path => Path.GetFileNameWithoutExtension(path)!).Order(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        string packages = PathOf("packages");
        Directory.CreateDirectory(packages);
        string fallback = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        Directory.CreateDirectory(fallback);
        await File.WriteAllTextAsync(PathOf("nuget.config"), $"""
            <configuration>
              <packageSources><add key="packed" value="{packages}" /></packageSources>
              <fallbackPackageFolders><add key="machine" value="{fallback}" /></fallbackPackageFolders>
            </configuration>
            """);
        // Nothing above the folder may change the builds in it.
        foreach (string file in (string[])["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props"])
            await File.WriteAllTextAsync(PathOf(file), "<Project />");

        await Dotnet.Run(
            RealData.RepositoryRoot,
            new Dictionary<string, string>(),
            ["pack", "Microsoft.ML.Diffusion.sln", "-c", Dotnet.Configuration, .. (string[])(IsBuilt ? ["--no-build"] : []),
                "-o", packages, $"-p:MinVerVersionOverride={Version}", "-p:PackageIdPrefix=Microsoft.ML.Diffusion",
                $"-p:NuspecOutputPath={PathOf("nuspec")}", $"-p:PublishDir={PathOf("published")}/"]);
        Packages = [.. Directory.GetFiles(packages).Order(StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public Task DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return Task.CompletedTask;
    }

    // Where this project was built elsewhere (another output folder), the usual one may be empty.
    private static bool IsBuilt => Projects.All(project =>
    {
        string folder = Path.Combine(s_source, project, "bin", Dotnet.Configuration);
        return Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*.deps.json", SearchOption.AllDirectories).Any();
    });
}
