using Microsoft.ML.Diffusion.Parquet.Files;
using Microsoft.ML.Diffusion.Parquet.Formats;
using Microsoft.ML.Diffusion.Tool.Csv;

namespace Microsoft.ML.Diffusion.Tool.StoredTables;

/// <summary>Parquet and Arrow files where a CSV file is expected: they are read as the text that a CSV file with the same cells would
/// have.</summary>
internal static class StoredInput
{
    /// <summary>How that text is written.</summary>
    public static CsvOptions TextOptions { get; } = new(Separator: ',', HasHeader: true);

    /// <summary>Reads what a file, or the files of a folder, say of themselves.</summary>
    /// <returns>Null where they are neither Parquet nor Arrow files by their names.</returns>
    /// <exception cref="InputException">They cannot be read, or are no files that a table can be made of.</exception>
    public static StoredTable? TryOpen(string path, CancellationToken cancel = default) => StoredFormats.Of(path) is { } format
        ? Guard(path, () => StoredTable.OpenAsync(format, path, names: null, cancel).GetAwaiter().GetResult())
        : null;

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
