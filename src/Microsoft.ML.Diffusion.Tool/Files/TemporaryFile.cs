using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Microsoft.ML.Diffusion.Tool.Files;

/// <summary>The file beside an output in which it is written: <c>.NAME.mldiffusion-PROCESS-RANDOM.tmp</c>, so that one that a
/// killed process left can be told from one that is being written.</summary>
internal static class TemporaryFile
{
    private const string Mark = ".mldiffusion-";
    private const string Extension = ".tmp";

    // Names of files may have 255 bytes; the rest of the name needs fewer than 100.
    private const int LongestName = 150;

    /// <summary>A new name for a process that writes an output.</summary>
    /// <param name="target">The output.</param>
    /// <param name="process">Number of the process.</param>
    public static string NameFor(string target, int process) => Path.Combine(
        Path.GetDirectoryName(target) ?? string.Empty,
        string.Create(CultureInfo.InvariantCulture, $"{Prefix(target)}{process}-{Guid.NewGuid():N}{Extension}"));

    /// <summary>Creates the file. It is locked until it is closed, and the lock ends with the process.</summary>
    public static FileStream Create(string path) => new(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);

    /// <summary>Folders that have names of temporary files of an output.</summary>
    public static IEnumerable<string> FoldersBeside(string target) =>
        Directory.EnumerateDirectories(Path.GetDirectoryName(target) ?? ".", $"{Prefix(target)}*{Extension}").ToArray();

    /// <summary>Whether a process holds a file that <see cref="Create"/> made.</summary>
    public static bool IsLocked(string path)
    {
        try
        {
            using var locked = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <summary>Removes what processes that are no more left beside an output.</summary>
    public static void Sweep(string target)
    {
        string prefix = Prefix(target);
        try
        {
            foreach (string path in Directory.EnumerateFiles(Path.GetDirectoryName(target) ?? ".", $"*{Extension}"))
            {
                string name = Path.GetFileName(path);
                if (!name.StartsWith(prefix, StringComparison.Ordinal))
                    continue;
                string[] parts = name[prefix.Length..^Extension.Length].Split('-');
                bool isOurs = parts.Length == 2 && Guid.TryParseExact(parts[1], "N", out _);
                int process = 0;
                isOurs = isOurs && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out process);
                if (isOurs && !IsWriting(path, process))
                    File.Delete(path);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A folder that cannot be looked through, or another's file: what is left there stays.
        }
    }

    private static string Prefix(string target)
    {
        string name = Path.GetFileName(target);
        if (Encoding.UTF8.GetByteCount(name) > LongestName)
            name = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(..16));
        return $".{name}{Mark}";
    }

    // A process of another container has a number that means nothing here, but holds its lock; a number that is in use anew holds none.
    private static bool IsWriting(string path, int process) =>
        (process != Environment.ProcessId && Exists(process)) || IsLocked(path);

    private static bool Exists(int process)
    {
        try
        {
            using var found = Process.GetProcessById(process);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
