using Microsoft.ML.Diffusion.Parquet.Files;
using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.ParquetFiles;

/// <summary>Parquet files where a CSV file is expected: they are read as the text that a CSV file with the same cells would have.</summary>
internal static class ParquetInput
{
    /// <summary>How that text is written.</summary>
    public static CsvOptions TextOptions { get; } = new(Separator: ',', HasHeader: true);

    /// <summary>Whether a name is that of a Parquet file, or of a folder of them.</summary>
    public static bool Is(string path) => IsFile(path) || ParquetTable.IsFolder(path);

    /// <summary>Whether a name ends as those of Parquet files do.</summary>
    public static bool IsFile(string path) => path.EndsWith(ParquetTable.Extension, StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads what the files say of themselves.</summary>
    /// <exception cref="InputException">They cannot be read, or are no Parquet files that a table can be made of.</exception>
    public static ParquetTable Open(string path, CancellationToken cancel = default) =>
        Guard(path, () => ParquetTable.OpenAsync(path, names: null, cancel).GetAwaiter().GetResult());

    /// <summary>Says in one sentence what is wrong with the files.</summary>
    public static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException e)
        {
            throw new InputException(e.Message, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw InputFile.Unreadable(path, e);
        }
    }
}
