using System.Collections.Concurrent;
using Microsoft.ML.Diffusion.Tool.Files;

namespace Microsoft.ML.Diffusion.Tool;

/// <summary>A file that appears under its name only when it is whole: written beside its place under another name, then
/// moved. Disposed before <see cref="Commit"/>, it leaves nothing behind and what was there before stays. A file that is
/// replaced keeps its permissions and, where the system allows it, its owner.</summary>
/// <remarks>What is no ordinary file (a pipe, a device, standard output) is written to as it is, never replaced.</remarks>
internal sealed class OutputFile : IDisposable
{
    private static readonly ConcurrentDictionary<string, bool> s_unfinished = new(StringComparer.Ordinal);

    private readonly string _target;
    private readonly string? _temporary;
    private Stream? _stream;

    private OutputFile(string path)
    {
        Path = path;
        _target = path;
        if (StandardStream.IsOutput(path))
        {
            _stream = new BufferedStream(Console.OpenStandardOutput(), 1 << 16);
            return;
        }

        FileStatus? existing = FileStatus.Of(path);
        if (existing is { IsRegular: false })
        {
            _stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 1 << 16);
            return;
        }

        _target = RealPath.Of(path);
        if (existing is not null)
            RequireWritable(_target);
        TemporaryFile.Sweep(_target);
        _temporary = TemporaryFile.NameFor(_target, Environment.ProcessId);
        _stream = TemporaryFile.Create(_temporary);
        s_unfinished.TryAdd(_temporary, true);
        if (existing is { } status)
            TakeOver(status, _target, _temporary);
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

    /// <summary>Writes the whole content.</summary>
    /// <exception cref="InputException">The disk is full, or another reason why writing failed.</exception>
    public void Write(Action<Stream> write)
    {
        Append(write);
        Flush();
    }

    /// <summary>Makes sure that all that was written is on the disk.</summary>
    /// <exception cref="InputException">The disk is full, or another reason why writing failed.</exception>
    public void Flush() => Append(stream =>
    {
        stream.Flush();
        if (_temporary is not null)
            ((FileStream)stream).Flush(flushToDisk: true);
    });

    /// <summary>Writes a piece of the content; <see cref="Flush"/> ends it.</summary>
    /// <exception cref="InputException">The disk is full, or another reason why writing failed.</exception>
    public void Append(Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        ObjectDisposedException.ThrowIf(_stream is null, this);
        try
        {
            write(_stream);
            // Whoever reads a pipe gets every piece as soon as it is done.
            if (_temporary is null)
                _stream.Flush();
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

    // A file that its owner made read-only is not to be replaced, though its folder would allow it.
    private static void RequireWritable(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
    }

    private static void TakeOver(FileStatus status, string target, string temporary)
    {
        if (OperatingSystem.IsWindows())
            return;
        // Where the owner cannot be kept, the group may be; where neither can, the file is the writer's, as any new one is.
        if (FileStatus.Of(temporary) is { } own && (own.Owner, own.Group) != (status.Owner, status.Group)
            && UnixCalls.ChangeOwner(temporary, status.Owner, status.Group) != 0)
        {
            _ = UnixCalls.ChangeOwner(temporary, own.Owner, status.Group);
        }

        File.SetUnixFileMode(temporary, File.GetUnixFileMode(target));
    }

    /// <summary>Says why a file cannot be written.</summary>
    internal static InputException Unwritable(string path, Exception e)
    {
        string name = StandardStream.OutputName(path);
        string? folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path));
        return new InputException(
            e switch
            {
                DirectoryNotFoundException => $"{name} cannot be written: the folder {folder} does not exist.",
                UnauthorizedAccessException or FileNotFoundException => $"{name} cannot be written: permission denied.",
                _ when IsDiskFull(e) => $"{name} cannot be written: no space is left on the device.",
                _ => $"{name} cannot be written: {e.Message.TrimEnd('.')}.",
            },
            e);
    }

    // ENOSPC and EDQUOT on Unix, ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL on Windows.
    private static bool IsDiskFull(Exception e) => e.HResult is 28 or 122 or unchecked((int)0x80070070) or unchecked((int)0x80070027);
}
