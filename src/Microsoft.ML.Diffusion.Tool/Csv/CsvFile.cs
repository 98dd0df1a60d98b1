using System.IO.Compression;

namespace Microsoft.ML.Diffusion.Tool.Csv;

/// <summary>Bytes of a CSV file from disk and to it, packed by gzip where the name ends in <c>.gz</c>.</summary>
internal static class CsvFile
{
    /// <summary>Reads a whole file. What starts as gzip does is unpacked, whatever its name.</summary>
    public static byte[] ReadBytes(string path)
    {
        byte[] bytes = InputFile.ReadBytes(path);
        if (bytes is not [0x1F, 0x8B, ..])
            return bytes;
        try
        {
            using var packed = new MemoryStream(bytes);
            using var gzip = new GZipStream(packed, CompressionMode.Decompress);
            using var unpacked = new MemoryStream();
            gzip.CopyTo(unpacked);
            return unpacked.ToArray();
        }
        catch (InvalidDataException e)
        {
            throw new InputException($"{path} is a gzip file that cannot be unpacked: it is damaged or cut short.", e);
        }
        catch (Exception e) when (e is IOException or OutOfMemoryException)
        {
            throw new InputException($"{path} is too large: at most 2 GB of unpacked text were expected.", e);
        }
    }

    /// <summary>Writes through gzip where the name asks for it, and as it is elsewhere.</summary>
    public static void Write(string path, Stream file, Action<Stream> write)
    {
        if (!path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
        {
            write(file);
            return;
        }

        using var gzip = new GZipStream(file, CompressionLevel.Optimal, leaveOpen: true);
        write(gzip);
    }
}
