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
            Assert.True(readmes.Add(PackageFile.Text(package.GetEntry(PackageFile.Value(metadata, "readme"))!)), $"{path}: its README is another's.");
            using Stream icon = package.GetEntry(PackageFile.Value(metadata, "icon"))!.Open();
            byte[] signature = new byte[8];
            icon.ReadExactly(signature);
            Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10], signature);
        }
    }

    [Fact]
    public void Every_assembly_of_ours_is_deterministic_of_one_version_documented_and_has_its_symbols_in_the_symbol_package()
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
        Assert.Matches(@"^\d+\.\d+\.\d+(-alpha\.\d+\.?\d*)?(\+[0-9a-f]{40})?$", Assert.Single(versions));
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

    private static bool IsOurs(string name) => name.EndsWith(".dll", StringComparison.Ordinal) &&
        Path.GetFileName(name) is string file &&
        (file == "mldiffusion.dll" || file.StartsWith("Microsoft.ML.Diffusion", StringComparison.Ordinal));
}
