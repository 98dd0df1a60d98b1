using Microsoft.ML.Diffusion.Tool.Files;
using Microsoft.ML.Diffusion.Tool.StoredTables;

namespace Microsoft.ML.Diffusion.Tool;

/// <summary>Opens what the user named, and says in one sentence why it cannot be opened.</summary>
internal static class InputFile
{
    private const int PieceBytes = 1 << 20;

    /// <summary>Reads a whole file, or standard input where it is <c>-</c>.</summary>
    /// <exception cref="InputException">No such file, a folder, no permission, or more than 2 GB.</exception>
    public static byte[] ReadBytes(string path)
    {
        using Stream stream = Open(path);
        return ReadBytes(stream, path);
    }

    /// <summary>Reads a stream to its end.</summary>
    /// <exception cref="InputException">It cannot be read, or holds more than 2 GB.</exception>
    public static byte[] ReadBytes(Stream stream, string path)
    {
        string name = StandardStream.InputName(path);
        try
        {
            if (stream.CanSeek && stream.Length > 0)
            {
                if (stream.Length > Array.MaxLength)
                    throw TooLarge(name, null);
                var all = new byte[stream.Length];
                int read = stream.ReadAtLeast(all, all.Length, throwOnEndOfStream: false);
                return read == all.Length ? all : all[..read];
            }

            return ReadPieces(stream, name);
        }
        catch (Exception e) when (e is OutOfMemoryException)
        {
            throw TooLarge(name, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, e);
        }
    }

    /// <summary>Opens a file, or standard input where it is <c>-</c>; Parquet or Arrow files, or a folder of them, as CSV text.</summary>
    /// <exception cref="InputException">No such file, a folder, or no permission.</exception>
    public static Stream Open(string path)
    {
        if (StoredInput.TryOpen(path) is { } table)
            return new StoredTextStream(table);
        try
        {
            return StandardStream.IsInput(path)
                ? Console.OpenStandardInput()
                : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1 << 16);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, e);
        }
    }

    /// <summary>Says that there is more than an array can hold.</summary>
    public static InputException TooLarge(string name, Exception? e) =>
        new($"{name} is too large: at most 2 GB of text, unpacked, were expected.", e!);

    // Pieces are put together once, at the end: memory is at most twice what was read.
    private static byte[] ReadPieces(Stream stream, string name)
    {
        var pieces = new List<(byte[] Bytes, int Length)>();
        long total = 0;
        while (true)
        {
            byte[] piece = new byte[PieceBytes];
            int read = stream.ReadAtLeast(piece, piece.Length, throwOnEndOfStream: false);
            pieces.Add((piece, read));
            total += read;
            if (total > Array.MaxLength)
                throw TooLarge(name, null);
            if (read < piece.Length)
                break;
        }

        var all = new byte[total];
        int position = 0;
        foreach ((byte[] bytes, int length) in pieces)
        {
            bytes.AsSpan(..length).CopyTo(all.AsSpan(position));
            position += length;
        }

        return all;
    }

    /// <summary>Says why a file cannot be read.</summary>
    public static InputException Unreadable(string path, Exception e)
    {
        string name = StandardStream.InputName(path);
        return new InputException(
            e switch
            {
                FileNotFoundException or DirectoryNotFoundException => $"{name}: there is no such file.",
                UnauthorizedAccessException when Directory.Exists(path) => $"{name} is a folder; a file was expected.",
                UnauthorizedAccessException => $"{name} cannot be read: permission denied.",
                _ => $"{name} cannot be read: {e.Message.TrimEnd('.')}.",
            },
            e);
    }
}
