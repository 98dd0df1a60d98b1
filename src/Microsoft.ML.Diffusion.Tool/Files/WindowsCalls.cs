using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Microsoft.ML.Diffusion.Tool.Files;

/// <summary>Calls of Windows that .NET does not offer.</summary>
internal static partial class WindowsCalls
{
    /// <summary>FILE_TYPE_DISK.</summary>
    public const uint DiskFile = 1;

    /// <summary>The class of information that names a file: its volume and 128 bits.</summary>
    public const int FileIdInfo = 18;

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool GetFileInformationByHandleEx(SafeFileHandle file, int kind, Span<byte> information, uint size);

    [LibraryImport("kernel32")]
    public static partial uint GetFileType(SafeFileHandle file);
}
