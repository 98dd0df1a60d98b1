namespace Microsoft.ML.Diffusion.Tool.Files;

/// <summary>An input that is read several times, each time from its start: a file as it is, standard input and pipes from a copy on
/// disk, which is gone when this is disposed.</summary>
internal sealed class RepeatedInput : IDisposable
{
    private readonly FileStream _stream;

    private RepeatedInput(FileStream stream) => _stream = stream;

    /// <summary>Takes an input over.</summary>
    /// <param name="input">The input, closed with this.</param>
    /// <param name="path">Its name, for messages.</param>
    /// <param name="cancel">Stops the copying of what comes through a pipe.</param>
    /// <exception cref="InputException">It cannot be read.</exception>
    public static RepeatedInput Of(Stream input, string path, CancellationToken cancel)
    {
        if (input is FileStream { CanSeek: true } file)
            return new RepeatedInput(file);
        FileStream? copy = null;
        try
        {
            copy = CreateCopy();
            Copy(input, copy, cancel);
            return new RepeatedInput(copy);
        }
        catch (Exception e)
        {
            copy?.Dispose();
            throw e is IOException or UnauthorizedAccessException ? InputFile.Unreadable(path, e) : e;
        }
        finally
        {
            input.Dispose();
        }
    }

    /// <summary>The input from its start. Disposing it does nothing; there is one reader at a time.</summary>
    public Stream FromStart()
    {
        _stream.Position = 0;
        return _stream;
    }

    /// <inheritdoc />
    public void Dispose() => _stream.Dispose();

    /// <summary>A file in the temporary folder that is gone once it is closed.</summary>
    public static FileStream CreateCopy()
    {
        string path = Path.Combine(Path.GetTempPath(), $"mldiffusion-{Guid.NewGuid():N}.tmp");
        var copy = new FileStream(
            path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, bufferSize: 1 << 16, FileOptions.DeleteOnClose);
        // Where an open file may lose its name it does at once, so that nothing is left even if the process is killed.
        if (!OperatingSystem.IsWindows())
            File.Delete(path);
        return copy;
    }

    private static void Copy(Stream input, FileStream copy, CancellationToken cancel)
    {
        var piece = new byte[1 << 16];
        while (input.Read(piece) is > 0 and int read)
        {
            cancel.ThrowIfCancellationRequested();
            copy.Write(piece.AsSpan(..read));
        }

        copy.Flush();
    }
}
