using System.Collections.Concurrent;

namespace Microsoft.ML.Diffusion.Tool;

/// <summary>A file that appears under its name only when it is whole: written beside its place under another name, then
/// moved. Disposed before <see cref="Commit"/>, it leaves nothing behind and what was there before stays.</summary>
/// <remarks>A device (a path under <c>/dev</c>) is written to as it is.</remarks>
public sealed class OutputFile : IDisposable
{
    private static readonly ConcurrentDictionary<string, bool> s_unfinished = new(StringComparer.Ordinal);

    private readonly string _target;
    private readonly string? _temporary;
    private FileStream? _stream;

    private OutputFile(string path)
    {
        Path = path;
        _target = System.IO.Path.GetFullPath(path);
        if (IsDevice(_target))
        {
            _stream = new FileStream(_target, FileMode.Open, FileAccess.Write);
            return;
        }

        if (File.Exists(_target))
            _target = File.ResolveLinkTarget(_target, returnFinalTarget: true)?.FullName ?? _target;
        _temporary = System.IO.Path.Combine(
            System.IO.Path.GetDirectoryName(_target) ?? string.Empty,
            $".{System.IO.Path.GetFileName(_target)}.{Guid.NewGuid():N}.tmp");
        _stream = new FileStream(_temporary, FileMode.CreateNew, FileAccess.ReadWrite);
        s_unfinished.TryAdd(_temporary, true);
    }

    /// <summary>The name the user gave.</summary>
    public string Path { get; }

    /// <summary>Makes sure, before any long work, that the file can be written.</summary>
    /// <exception cref="InputException">The path cannot be written to.</exception>
    public static OutputFile Create(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (Directory.Exists(path))
            throw new InputException($"{path} is a folder; the name of a file to write was expected.");
        try
        {
            return new OutputFile(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(path, e);
        }
    }

    /// <summary>As <see cref="Create"/>, for several files: all of them or none.</summary>
    /// <exception cref="InputException">One of the paths cannot be written to.</exception>
    public static OutputFile[] CreateAll(params IReadOnlyList<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var files = new List<OutputFile>();
        try
        {
            foreach (string path in paths)
                files.Add(Create(path));
            return [.. files];
        }
        catch
        {
            foreach (OutputFile file in files)
                file.Dispose();
            throw;
        }
    }

    /// <summary>Writes the content.</summary>
    /// <exception cref="InputException">The disk is full, or another reason why writing failed.</exception>
    public void Write(Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        ObjectDisposedException.ThrowIf(_stream is null, this);
        try
        {
            write(_stream);
            _stream.Flush(flushToDisk: _temporary is not null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(Path, e);
        }
    }

    /// <summary>Puts the file in its place.</summary>
    /// <exception cref="InputException">It cannot be moved there.</exception>
    public void Commit()
    {
        ObjectDisposedException.ThrowIf(_stream is null, this);
        try
        {
            _stream.Dispose();
            if (_temporary is not null)
            {
                File.Move(_temporary, _target, overwrite: true);
                s_unfinished.TryRemove(_temporary, out _);
            }

            _stream = null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(Path, e);
        }
    }

    /// <summary>Removes what was written, unless it was committed.</summary>
    public void Dispose()
    {
        if (_stream is null)
            return;
        try
        {
            _stream.Dispose();
        }
        catch (IOException)
        {
            // What could not be flushed is thrown away with the rest.
        }

        if (_temporary is not null)
        {
            File.Delete(_temporary);
            s_unfinished.TryRemove(_temporary, out _);
        }

        _stream = null;
    }

    /// <summary>Removes all that is written and not committed, when the process is about to end.</summary>
    internal static void RemoveUnfinished()
    {
        foreach (string temporary in s_unfinished.Keys)
            File.Delete(temporary);
    }

    private static bool IsDevice(string path) =>
        path.StartsWith("/dev/", StringComparison.Ordinal) && !path.StartsWith("/dev/shm/", StringComparison.Ordinal) && File.Exists(path);

    private static InputException Unwritable(string path, Exception e) => new(
        e switch
        {
            DirectoryNotFoundException => $"{path} cannot be written: the folder {System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))} does not exist.",
            UnauthorizedAccessException or FileNotFoundException => $"{path} cannot be written: permission denied.",
            _ when IsDiskFull(e) => $"{path} cannot be written: no space is left on the device.",
            _ => $"{path} cannot be written: {e.Message.TrimEnd('.')}.",
        },
        e);

    // ENOSPC and EDQUOT on Unix, ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL on Windows.
    private static bool IsDiskFull(Exception e) => e.HResult is 28 or 122 or unchecked((int)0x80070070) or unchecked((int)0x80070027);
}
