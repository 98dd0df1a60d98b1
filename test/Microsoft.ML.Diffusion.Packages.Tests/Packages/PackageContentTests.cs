using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace Microsoft.ML.Diffusion.Packages.Tests.Packages;

/// <summary>What is in the packages.</summary>
[Trait("Category", "Packages")]
[Collection(nameof(PackedFeed))]
public sealed class PackageContentTests(PackedFeed feed)
{
    private IEnumerable<string> Libraries => feed.Packages.Where(path => path.EndsWith(".nupkg", StringComparison.Ordinal));

    [Fact]
    public void Every_project_in_src_has_a_package_and_one_with_symbols_and_the_templates_have_one()
    {
        string[] expected = [.. PackedFeed.Projects.SelectMany(project => (string[])
            [$"{project}.{feed.Version}.nupkg", $"{project}.{feed.Version}.snupkg"]).Append(Path.GetFileName(feed.Templates))
            .Order(StringComparer.Ordinal)];
        Assert.Equal(expected, feed.Packages.Select(path => Path.GetFileName(path)));
    }

    [Fact]
    public void Every_package_has_a_licence_a_description_notes_of_the_release_a_readme_of_its_own_and_an_icon()
    {
        var readmes = new HashSet<string>(StringComparer.Ordinal);
        foreach (string path in Libraries)
        {
            using ZipArchive package = ZipFile.OpenRead(path);
            XElement metadata = PackageFile.Metadata(package);
            Assert.Equal("MIT", PackageFile.Value(metadata, "license"));
            Assert.NotEmpty(PackageFile.Value(metadata, "description"));
            Assert.NotEmpty(PackageFile.Value(metadata, "authors"));
            Assert.StartsWith("## ", PackageFile.Value(metadata, "releaseNotes"), StringComparison.Ordinal);
            Assert.InRange(PackageFile.Value(metadata, "releaseNotes").Length, 10, 35_000); // the gallery refuses longer ones
            string readme = PackageFile.Text(package.GetEntry(PackageFile.Value(metadata, "readme"))!);
            Assert.True(readmes.Add(readme), $"{path}: its README is another's.");
            using Stream icon = package.GetEntry(PackageFile.Value(metadata, "icon"))!.Open();
            byte[] signature = new byte[8];
            icon.ReadExactly(signature);
            Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10], signature);
        }
    }

    [Fact]
    public void Every_assembly_of_ours_is_deterministic_has_a_version_and_documentation_and_has_its_symbols_in_the_symbol_package()
    {
        var versions = new HashSet<string>(StringComparer.Ordinal);
        foreach (string path in Libraries.Where(path => path != feed.Templates))
        {
            using ZipArchive package = ZipFile.OpenRead(path), symbols = ZipFile.OpenRead(Path.ChangeExtension(path, ".snupkg"));
            ZipArchiveEntry[] ours = [.. package.Entries.Where(entry => IsOurs(entry.FullName))];
            Assert.NotEmpty(ours);
            foreach (ZipArchiveEntry entry in ours)
            {
                if (entry.FullName.StartsWith("lib/", StringComparison.Ordinal))
                    Assert.NotNull(package.GetEntry(Path.ChangeExtension(entry.FullName, ".xml")));
                using PEReader assembly = PackageFile.Open(entry);
                versions.Add(PackageFile.InformationalVersion([.. assembly.GetEntireImage().GetContent()]));
                Assert.Contains(assembly.ReadDebugDirectory(), debug => debug.Type == DebugDirectoryEntryType.Reproducible);

                ZipArchiveEntry pdb = symbols.GetEntry(Path.ChangeExtension(entry.FullName, ".pdb"))!;
                using Stream stream = pdb.Open();
                using MetadataReaderProvider provider = MetadataReaderProvider.FromPortablePdbStream(PackageFile.Copy(stream));
                Assert.NotEmpty(provider.GetMetadataReader().Documents);
            }
        }
        // A build after a commit may leave assemblies that nothing changed in: their version is that of the commit before.
        Assert.All(versions, version => Assert.Matches(@"^\d+\.\d+\.\d+(-alpha\.\d+\.?\d*)?(\+[0-9a-f]{40})?$", version));
    }

    [Fact]
    public void No_package_holds_a_file_of_the_build_or_of_the_tests()
    {
        foreach (string path in feed.Packages)
        {
            using ZipArchive package = ZipFile.OpenRead(path);
            Assert.DoesNotContain(package.Entries, entry =>
                entry.FullName.Contains("OpenInternals", StringComparison.OrdinalIgnoreCase) ||
                entry.FullName.Contains("xunit", StringComparison.OrdinalIgnoreCase) ||
                entry.FullName.Contains("Tests", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void The_tool_has_its_own_manual_no_texts_in_other_languages_and_only_the_native_files_that_it_loads()
    {
        string root = Path.Combine(RealData.RepositoryRoot, "src", "Microsoft.ML.Diffusion.Tool");
        using ZipArchive package = ZipFile.OpenRead(
            Libraries.Single(path => Path.GetFileName(path) == $"Microsoft.ML.Diffusion.Tool.{feed.Version}.nupkg"));
        XElement metadata = PackageFile.Metadata(package);
        Assert.StartsWith("mldiffusion, a command line", PackageFile.Value(metadata, "description"), StringComparison.Ordinal);
        Assert.Equal(
            File.ReadAllText(Path.Combine(root, "README.md")),
            PackageFile.Text(package.GetEntry(PackageFile.Value(metadata, "readme"))!));
        Assert.DoesNotContain(package.Entries, entry => entry.Name.EndsWith(".resources.dll", StringComparison.Ordinal));

        // FastTree and LightGbm judge rows, and SkiaSharp reads pictures.
        string[] natives = [.. package.Entries.Where(entry => entry.FullName.Contains("/native/", StringComparison.Ordinal))
            .Select(entry => Path.GetFileNameWithoutExtension(entry.Name))
            .Select(name => name.StartsWith("lib", StringComparison.Ordinal) ? name[3..] : name).Distinct().Order(StringComparer.Ordinal)];
        Assert.Equal(["FastTreeNative", "SkiaSharp", "_lightgbm"], natives);
    }

    private static bool IsOurs(string name) => name.EndsWith(".dll", StringComparison.Ordinal) &&
        Path.GetFileName(name) is string file &&
        (file == "mldiffusion.dll" || file.StartsWith("Microsoft.ML.Diffusion", StringComparison.Ordinal));
}
