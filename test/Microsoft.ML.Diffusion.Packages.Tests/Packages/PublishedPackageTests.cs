using System.IO.Compression;
using System.Reflection;
using System.Reflection.Metadata;
using System.Text;
using System.Xml.Linq;

namespace Microsoft.ML.Diffusion.Packages.Tests.Packages;

/// <summary>What a package says that is packed where the repository has a tag and a remote, as on a server that publishes.</summary>
/// <remarks>A small project of its own, in a repository of its own, with this repository's settings.</remarks>
[Trait("Category", "Packages")]
public sealed class PublishedPackageTests : IDisposable
{
    private const string Page = "https://github.com/example/tables";

    // The kind of debug information that holds addresses of source files, from the specification of portable PDB files.
    private static readonly Guid s_sourceLink = new("CC110556-A091-4D38-9FEC-25AB9A351A6A");
    private static readonly Dictionary<string, string> s_ci = new() { ["CI"] = "true" };
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("published-");

    public void Dispose() => _folder.Delete(recursive: true);

    [FeedFact]
    public async Task A_package_has_the_prefix_the_version_of_the_tag_the_changes_the_page_and_the_address_of_its_source()
    {
        string commit = await WriteRepository();
        await Dotnet.Run(
            PathOf("src/Microsoft.ML.Diffusion.Example"), s_ci,
            "pack", "-c", "Release", "-o", PathOf("feed"), "-p:PackageIdPrefix=Your.Name");

        using ZipArchive package = ZipFile.OpenRead(PathOf("feed/Your.Name.Example.1.2.3.nupkg"));
        XElement metadata = PackageFile.Metadata(package);
        Assert.Equal("Your.Name.Example", PackageFile.Value(metadata, "id"));
        Assert.Equal("1.2.3", PackageFile.Value(metadata, "version"));
        Assert.Equal(Page, PackageFile.Value(metadata, "projectUrl"));
        Assert.Equal("## 1.2.3\n\n- New: everything; 100 %.", PackageFile.Value(metadata, "releaseNotes").ReplaceLineEndings("\n").Trim());
        XElement repository = metadata.Elements().Single(element => element.Name.LocalName == "repository");
        Assert.Equal($"{Page}.git", repository.Attribute("url")?.Value);
        Assert.Equal(commit, repository.Attribute("commit")?.Value);

        using ZipArchive symbols = ZipFile.OpenRead(PathOf("feed/Your.Name.Example.1.2.3.snupkg"));
        string debug = SourceLinkOf(symbols.GetEntry("lib/net10.0/Microsoft.ML.Diffusion.Example.pdb")!);
        Assert.Contains($"https://raw.githubusercontent.com/example/tables/{commit}/*", debug, StringComparison.Ordinal);
        Assert.DoesNotContain(_folder.FullName, debug, StringComparison.Ordinal);

        string assembly = PathOf("src/Microsoft.ML.Diffusion.Example/bin/Release/net10.0/Microsoft.ML.Diffusion.Example.dll");
        Assert.Equal($"1.2.3+{commit}", PackageFile.InformationalVersion(await File.ReadAllBytesAsync(assembly)));
    }

    private async Task<string> WriteRepository()
    {
        string[] settings = ["Directory.Build.props", "Directory.Packages.props", "src/Directory.Build.props", "eng/icon/icon.png",
            .. Directory.GetFiles(Path.Combine(RealData.RepositoryRoot, "eng", "targets"))
                .Select(path => $"eng/targets/{Path.GetFileName(path)}")];
        foreach (string file in settings)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(PathOf(file))!);
            File.Copy(Path.Combine(RealData.RepositoryRoot, file), PathOf(file));
        }

        await Write("CHANGELOG.md", "# Changes\n\n## 1.2.3\n\n- New: everything; 100 %.\n\n## 1.2.2\n\n- Older.\n");
        await Write("src/Microsoft.ML.Diffusion.Example/Microsoft.ML.Diffusion.Example.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\" />");
        await Write("src/Microsoft.ML.Diffusion.Example/PACKAGE.md", "An example.\n");
        await Write("src/Microsoft.ML.Diffusion.Example/Example.cs",
            "namespace Microsoft.ML.Diffusion.Examples;\n\n/// <summary>An example.</summary>\ninternal static class Example;\n");
        await Git("init", "--quiet");
        await Git("remote", "add", "origin", $"{Page}.git");
        await Git("add", "CHANGELOG.md", "src", "eng");
        await Git("-c", "user.name=Nobody", "-c", "user.email=nobody@example.com", "commit", "--quiet", "-m", "Begin");
        await Git("tag", "v1.2.3");
        return (await Git("rev-parse", "HEAD")).Trim();
    }

    private string PathOf(string file) => Path.Combine(_folder.FullName, file);

    private async Task Write(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(file))!);
        await File.WriteAllTextAsync(PathOf(file), text);
    }

    private Task<string> Git(params string[] args) => Dotnet.RunProgram("git", _folder.FullName, s_ci, args);

    private static string SourceLinkOf(ZipArchiveEntry pdb)
    {
        using Stream stream = pdb.Open();
        using MetadataReaderProvider provider = MetadataReaderProvider.FromPortablePdbStream(PackageFile.Copy(stream));
        MetadataReader reader = provider.GetMetadataReader();
        return reader.CustomDebugInformation.Select(reader.GetCustomDebugInformation)
            .Where(information => reader.GetGuid(information.Kind) == s_sourceLink)
            .Select(information => Encoding.UTF8.GetString(reader.GetBlobBytes(information.Value))).Single();
    }
}
