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
    public void Every_project_in_src_has_a_package_and_one_with_symbols()
    {
        string[] expected = [.. PackedFeed.Projects.SelectMany(project => (string[])
            [$"{project}.{feed.Version}.nupkg", $"{project}.{feed.Version}.snupkg"]).Order(StringComparer.Ordinal)];
        Assert.Equal(expected, feed.Packages.Select(path => Path.GetFileName(path)));
    }

    [Fact]
    public void Every_package_has_a_licence_a_description_and_the_readme_and_icon_that_it_names()
    {
        foreach (string path in Libraries)
        {
            using ZipArchive package = ZipFile.OpenRead(path);
            XElement metadata = Metadata(package);
            Assert.Equal("MIT", Value(metadata, "license"));
            Assert.NotEmpty(Value(metadata, "description"));
            Assert.NotEmpty(Value(metadata, "authors"));
            Assert.NotNull(package.GetEntry(Value(metadata, "readme")));
            using Stream icon = package.GetEntry(Value(metadata, "icon"))!.Open();
            byte[] signature = new byte[8];
            icon.ReadExactly(signature);
            Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10], signature);
        }
    }

    [Fact]
    public void Every_assembly_of_ours_is_deterministic_and_has_documentation_beside_it_and_its_symbols_in_the_symbol_package()
    {
        foreach (string path in Libraries)
        {
            using ZipArchive package = ZipFile.OpenRead(path), symbols = ZipFile.OpenRead(Path.ChangeExtension(path, ".snupkg"));
            ZipArchiveEntry[] ours = [.. package.Entries.Where(entry => IsOurs(entry.FullName))];
            Assert.NotEmpty(ours);
            foreach (ZipArchiveEntry entry in ours)
            {
                if (entry.FullName.StartsWith("lib/", StringComparison.Ordinal))
                    Assert.NotNull(package.GetEntry(Path.ChangeExtension(entry.FullName, ".xml")));
                using PEReader assembly = Open(entry);
                Assert.Contains(assembly.ReadDebugDirectory(), debug => debug.Type == DebugDirectoryEntryType.Reproducible);

                ZipArchiveEntry pdb = symbols.GetEntry(Path.ChangeExtension(entry.FullName, ".pdb"))!;
                using Stream stream = pdb.Open();
                using MetadataReaderProvider provider = MetadataReaderProvider.FromPortablePdbStream(Copy(stream));
                Assert.NotEmpty(provider.GetMetadataReader().Documents);
            }
        }
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

    private static XElement Metadata(ZipArchive package)
    {
        using Stream stream = package.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        return XDocument.Load(stream).Root!.Elements().Single(element => element.Name.LocalName == "metadata");
    }

    private static string Value(XElement metadata, string name) =>
        metadata.Elements().Single(element => element.Name.LocalName == name).Value;

    private static PEReader Open(ZipArchiveEntry entry)
    {
        using Stream stream = entry.Open();
        return new PEReader(Copy(stream));
    }

    private static MemoryStream Copy(Stream stream)
    {
        var copy = new MemoryStream();
        stream.CopyTo(copy);
        copy.Position = 0;
        return copy;
    }
}
