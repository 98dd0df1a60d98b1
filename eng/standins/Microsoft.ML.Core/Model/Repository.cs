using System.IO.Compression;

namespace Microsoft.ML;

// The zip of a model while it is written: a directory a component, a named stream a part.
internal sealed class RepositoryWriter : IDisposable
{
    private readonly ZipArchive _archive;

    public RepositoryWriter(Stream stream) => _archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);

    public Stream CreateStream(string dir, string name) => _archive.CreateEntry(RepositoryPath.Combine(dir, name)).Open();

    public void Dispose() => _archive.Dispose();
}

// The same while it is read.
internal sealed class RepositoryReader : IDisposable
{
    private readonly ZipArchive _archive;

    public RepositoryReader(Stream stream)
    {
        try
        {
            _archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
        }
        catch (InvalidDataException inner)
        {
            throw new FormatException("Failed to open a zip archive", inner);
        }
    }

    public Stream OpenStreamOrNull(string dir, string name) => _archive.GetEntry(RepositoryPath.Combine(dir, name))?.Open();

    public void Dispose() => _archive.Dispose();
}

internal static class RepositoryPath
{
    public static string Combine(string dir, string name) => string.IsNullOrEmpty(dir) ? name : $"{dir}/{name}";
}
