using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Microsoft.ML.Diffusion.Tool.Files;

/// <summary>What the system knows about a file, links followed: which one it is, what kind, whose, and who may use it.</summary>
/// <param name="Volume">The device or volume that holds the file.</param>
/// <param name="Number">Its number there. Volume and number together are the same for all names of one file.</param>
/// <param name="IsRegular">Whether it is an ordinary file: no folder, pipe, terminal or other device.</param>
/// <param name="Owner">Number of the user that owns it; 0 on Windows.</param>
/// <param name="Group">Number of the group that owns it; 0 on Windows.</param>
internal readonly record struct FileStatus(ulong Volume, UInt128 Number, bool IsRegular, uint Owner, uint Group)
{
    private const int TypeMask = 0xF000;
    private const int RegularType = 0x8000;

    /// <returns>Null where nothing is there, or it cannot be looked at.</returns>
    public static FileStatus? Of(string path)
    {
        if (OperatingSystem.IsLinux())
            return OfLinux(path);
        if (OperatingSystem.IsMacOS())
            return OfMac(path);
        return OperatingSystem.IsWindows() ? OfWindows(path) : null;
    }

    /// <summary>Whether two names lead to one file. Names of files that do not exist yet are compared by folder and name.</summary>
    public static bool AreSame(string path, string other)
    {
        FileStatus? one = Of(path);
        FileStatus? two = Of(other);
        if (one is { } first && two is { } second)
            return first.IsRegular && second.IsRegular && (first.Volume, first.Number) == (second.Volume, second.Number);
        return one is null && two is null && string.Equals(RealPath.Of(path), RealPath.Of(other), StringComparison.Ordinal);
    }

    // The layout of struct statx is the same on every processor.
    private static FileStatus? OfLinux(string path)
    {
        Span<byte> status = stackalloc byte[256];
        if (UnixCalls.StatX(UnixCalls.CurrentFolder, path, 0, UnixCalls.BasicStatus, status) != 0)
            return null;
        ulong device = ((ulong)UInt32At(status, 136) << 32) | UInt32At(status, 140);
        bool isRegular = (BinaryPrimitives.ReadUInt16LittleEndian(status[28..]) & TypeMask) == RegularType;
        ulong number = BinaryPrimitives.ReadUInt64LittleEndian(status[32..]);
        return new FileStatus(device, number, isRegular, UInt32At(status, 20), UInt32At(status, 24));
    }

    // struct stat with 64-bit inodes.
    private static FileStatus? OfMac(string path)
    {
        Span<byte> status = stackalloc byte[256];
        if (UnixCalls.MacStat(path, status) != 0)
            return null;
        bool isRegular = (BinaryPrimitives.ReadUInt16LittleEndian(status[4..]) & TypeMask) == RegularType;
        ulong number = BinaryPrimitives.ReadUInt64LittleEndian(status[8..]);
        return new FileStatus(UInt32At(status, 0), number, isRegular, UInt32At(status, 16), UInt32At(status, 20));
    }

    private static FileStatus? OfWindows(string path)
    {
        try
        {
            using SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            Span<byte> id = stackalloc byte[24];
            bool isRegular = WindowsCalls.GetFileType(handle) == WindowsCalls.DiskFile;
            if (!WindowsCalls.GetFileInformationByHandleEx(handle, WindowsCalls.FileIdInfo, id, (uint)id.Length))
                return null;
            UInt128 number = BinaryPrimitives.ReadUInt128LittleEndian(id[8..]);
            return new FileStatus(BinaryPrimitives.ReadUInt64LittleEndian(id), number, isRegular, 0, 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static uint UInt32At(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]);
}
