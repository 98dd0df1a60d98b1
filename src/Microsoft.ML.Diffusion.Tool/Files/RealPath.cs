namespace Microsoft.ML.Diffusion.Tool.Files;

/// <summary>Where a path leads when all links on its way are followed, those of folders included.</summary>
internal static class RealPath
{
    // As many as Linux follows.
    private const int MostLinks = 40;

    /// <summary>The path of the file itself; of one that does not exist yet, the path it would have.</summary>
    public static string Of(string path)
    {
        for (int link = 0; link < MostLinks; link++)
        {
            string folder = Folder(path);
            string inFolder = Path.Combine(folder, Path.GetFileName(path));
            if (new FileInfo(inFolder).LinkTarget is not { } target)
                return inFolder;
            // Not made shorter here: dots after the link of a folder mean that folder's parent, which only the system knows.
            path = Path.Combine(folder, target);
        }

        return Path.GetFullPath(path);
    }

    private static string Folder(string path)
    {
        string? folder = Path.GetDirectoryName(path);
        if (string.IsNullOrEmpty(folder))
            folder = Path.IsPathRooted(path) ? path : ".";
        return OperatingSystem.IsWindows() ? FinalFolder(folder) : UnixCalls.FullPath(folder) ?? Path.GetFullPath(folder);
    }

    private static string FinalFolder(string folder)
    {
        string full = Path.GetFullPath(folder);
        return Directory.Exists(full) ? Directory.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full : full;
    }
}
