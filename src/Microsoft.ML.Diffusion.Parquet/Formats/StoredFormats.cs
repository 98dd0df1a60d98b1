using Microsoft.ML.Diffusion.Parquet.Files;

namespace Microsoft.ML.Diffusion.Parquet.Formats;

/// <summary>The formats of files that hold columns with types.</summary>
internal static class StoredFormats
{
    /// <summary>Parquet.</summary>
    public static StoredFormat Parquet { get; } = new ParquetFormat();

    /// <summary>Arrow IPC files, which Feather files of version 2 are too.</summary>
    public static StoredFormat Arrow { get; } = new ArrowFormat();

    private static IReadOnlyList<StoredFormat> All => [Parquet, Arrow];

    /// <summary>The format that the end of a file's name says; null for others.</summary>
    public static StoredFormat? OfFile(string path) => All.FirstOrDefault(format => format.IsFile(path));

    /// <summary>The format of a file, or of those in a folder; null for others.</summary>
    public static StoredFormat? Of(string path) =>
        OfFile(path) ?? (Directory.Exists(path) ? All.FirstOrDefault(format => format.FilesIn(path).Length > 0) : null);
}
