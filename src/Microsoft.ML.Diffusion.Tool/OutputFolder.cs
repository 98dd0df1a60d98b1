using System.Collections.Concurrent;
using Microsoft.ML.Diffusion.Tool.Files;

namespace Microsoft.ML.Diffusion.Tool;

/// <summary>Files that appear in a folder together: written in a hidden folder within it, then moved. Disposed before
/// <see cref="Commit"/>, it leaves nothing behind. Other files of the folder stay.</summary>
internal sealed class OutputFolder : IDisposable
{
    private const string Lock = "lock";

    private static readonly ConcurrentDictionary<string, bool> s_unfinished = new(StringComparer.Ordinal);

    private readonly string _temporary;
    private readonly bool _isNew;
    private readonly FileStream _lock;
    private bool _isDone;

    private OutputFolder(string path)
    {
        Path = path;
        _isNew = !Directory.Exists(path);
        if (_isNew)
            Directory.CreateDirectory(path);
        string target = System.IO.Path.Combine(path, "folder");
        Sweep(target);
        _temporary = TemporaryFile.NameFor(target, Environment.ProcessId);
        Directory.CreateDirectory(_temporary);
        s_unfinished.TryAdd(_temporary, true);
        _lock = TemporaryFile.Create(System.IO.Path.Combine(_temporary, Lock));
    }

    /// <summary>The name the user gave.</summary>
    public string Path { get; }

    /// <summary>Makes sure, before any long work, that files can be written there; makes the folder where only its parent is
    /// there.</summary>
    /// <exception cref="InputException">They cannot.</exception>
    public static OutputFolder Create(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (File.Exists(path))
            throw new InputException($"{path} is a file; a folder to write to was expected.");
        string full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        string? parent = System.IO.Path.GetDirectoryName(full);
        if (parent is not null && !Directory.Exists(parent))
            throw new InputException($"{path} cannot be written: the folder {parent} does not exist.");
        try
        {
            return new OutputFolder(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw OutputFile.Unwritable(path, e);
        }
    }

    /// <summary>Writes a whole file.</summary>
    /// <exception cref="InputException">The disk is full, or another reason why writing failed.</exception>
    public void Write(string name, byte[] content) =>
        Guarded(() => File.WriteAllBytes(System.IO.Path.Combine(_temporary, name), content));

    /// <summary>Puts the files in their place; those of the same names are replaced.</summary>
    /// <exception cref="InputException">One cannot be moved there.</exception>
    public void Commit() => Guarded(() =>
    {
        foreach (string file in Directory.EnumerateFiles(_temporary).ToArray())
        {
            string name = System.IO.Path.GetFileName(file);
            if (name != Lock)
                File.Move(file, System.IO.Path.Combine(Path, name), overwrite: true);
        }

        _isDone = true;
    });

    /// <summary>Removes what was written, unless it was committed.</summary>
    public void Dispose()
    {
        _lock.Dispose();
        Remove(_temporary);
        s_unfinished.TryRemove(_temporary, out _);
        if (_isNew && !_isDone && !Directory.EnumerateFileSystemEntries(Path).Any())
            Directory.Delete(Path);
    }

    /// <summary>Removes all that is written and not committed, when the process is about to end.</summary>
    internal static void RemoveUnfinished()
    {
        foreach (string temporary in s_unfinished.Keys)
            Remove(temporary);
    }

    /// <summary>Removes what killed processes left.</summary>
    private static void Sweep(string target)
    {
        foreach (string folder in TemporaryFile.FoldersBeside(target))
        {
            string held = System.IO.Path.Combine(folder, Lock);
            if (File.Exists(held) && !TemporaryFile.IsLocked(held))
                Remove(folder);
        }
    }

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    private void Guarded(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw OutputFile.Unwritable(Path, e);
        }
    }
}
