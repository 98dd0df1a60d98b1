using System.IO.Compression;
using System.Reflection;
using System.Runtime.Loader;

namespace Microsoft.ML.StandIns.Tests.Api;

/// <summary>The assemblies of the stand-in packages, loaded apart from those of the same names that this process runs on.</summary>
internal sealed class StandInPackages : AssemblyLoadContext
{
    private readonly Dictionary<string, byte[]> _images = new(StringComparer.Ordinal);

    public StandInPackages()
    {
        string feed = Path.Combine(RealData.RepositoryRoot, "eng", "standins", "feed");
        foreach (string package in Directory.GetFiles(feed, "*.nupkg"))
        {
            using ZipArchive archive = ZipFile.OpenRead(package);
            foreach (ZipArchiveEntry entry in archive.Entries.Where(entry => entry.FullName.StartsWith("lib/", StringComparison.Ordinal) && entry.Name.EndsWith(".dll", StringComparison.Ordinal)))
            {
                using Stream stream = entry.Open();
                using var image = new MemoryStream();
                stream.CopyTo(image);
                _images[Path.GetFileNameWithoutExtension(entry.Name)] = image.ToArray();
            }
        }
    }

    public IEnumerable<Assembly> LoadAll() => _images.Keys.Select(name => LoadFromAssemblyName(new AssemblyName(name)));

    protected override Assembly? Load(AssemblyName assemblyName)
        => assemblyName.Name is string name && _images.TryGetValue(name, out byte[]? image) ? LoadFromStream(new MemoryStream(image)) : null;
}
