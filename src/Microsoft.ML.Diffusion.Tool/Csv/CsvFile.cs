using System.IO.Compression;
using Microsoft.ML.Diffusion.Tool.Files;

namespace Microsoft.ML.Diffusion.Tool.Csv;

/// <summary>Bytes of a CSV file from disk.</summary>
internal static class CsvFile
{
    /// <summary>Reads a whole file. What starts as gzip does is unpacked, whatever its name.</summary>
    /// <exception cref="InputException">It cannot be read or unpacked, or holds more than 2 GB unpacked.</exception>
    public static byte[] ReadBytes(string path)
    {
        byte[] bytes = InputFile.ReadBytes(path);
        return IsGzip(bytes) ? Unpack(bytes, StandardStream.InputName(path)) : bytes;
    }

    /// <summary>Whether a file starts as gzip does.</summary>
    public static bool IsGzip(ReadOnlySpan<byte> bytes) => bytes is [0x1F, 0x8B, ..];

    /// <summary>Says that a gzip file is damaged.</summary>
    public static InputException Damaged(string name, Exception? e) =>
        new($"{name} is a gzip file that cannot be unpacked: it is damaged or cut short.", e!);

    // Unpacked twice, the first time to learn how much it is: a small file can hold more than memory does.
    private static byte[] Unpack(byte[] packed, string name)
    {
        try
        {
            var all = new byte[CountUnpacked(packed, name)];
            using var gzip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
            gzip.ReadExactly(all);
            return all;
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw Damaged(name, e);
        }
        catch (OutOfMemoryException e)
        {
            throw InputFile.TooLarge(name, e);
        }
    }

    private static long CountUnpacked(byte[] packed, string name)
    {
        using var gzip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
        var piece = new byte[1 << 16];
        long total = 0;
        while (gzip.Read(piece) is > 0 and int read)
        {
            total += read;
            if (total > Array.MaxLength)
                throw InputFile.TooLarge(name, null);
        }

        return total;
    }
}
