using System.Runtime.InteropServices;

namespace Microsoft.ML.Diffusion.Tool.Files;

/// <summary>Calls of the C library on Unix that .NET does not offer.</summary>
internal static partial class UnixCalls
{
    /// <summary>AT_FDCWD: paths start at the current folder.</summary>
    public const int CurrentFolder = -100;

    /// <summary>STATX_BASIC_STATS.</summary>
    public const uint BasicStatus = 0x7FF;

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int StatX(int folder, string path, int flags, uint mask, Span<byte> status);

    [LibraryImport("libc", EntryPoint = "chown", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ChangeOwner(string path, uint owner, uint group);

    /// <summary>The path without links and dots.</summary>
    /// <returns>Null where nothing is there.</returns>
    public static string? FullPath(string path)
    {
        nint resolved = RealPath(path, 0);
        if (resolved == 0)
            return null;
        string? text = Marshal.PtrToStringUTF8(resolved);
        Free(resolved);
        return text;
    }

    /// <summary>stat with 64-bit inodes, whose name on older processors differs.</summary>
    public static int MacStat(string path, Span<byte> status) =>
        RuntimeInformation.ProcessArchitecture == Architecture.X64 ? StatInode64(path, status) : Stat(path, status);

    [LibraryImport("libc", EntryPoint = "realpath", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint RealPath(string path, nint buffer);

    [LibraryImport("libc", EntryPoint = "free")]
    private static partial void Free(nint memory);

    [LibraryImport("libc", EntryPoint = "stat$INODE64", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatInode64(string path, Span<byte> status);

    [LibraryImport("libc", EntryPoint = "stat", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Stat(string path, Span<byte> status);
}
