namespace Microsoft.ML.Diffusion.Tool.Files;

/// <summary>The name <c>-</c>: standard input where a file is read, standard output where one is written.</summary>
internal static class StandardStream
{
    /// <summary>What stands for either stream on a command line.</summary>
    public const string Name = "-";

    /// <summary>Whether a file to read is standard input.</summary>
    public static bool IsInput(string path) => path is Name or "/dev/stdin";

    /// <summary>Whether a file to write is standard output. Its other names are taken for it too: opened anew they would start at the
    /// beginning of a file that the shell has opened to append to.</summary>
    public static bool IsOutput(string path) => path is Name or "/dev/stdout" or "/dev/fd/1" or "/proc/self/fd/1";

    /// <summary>What messages call a file to read.</summary>
    public static string InputName(string path) => path == Name ? "standard input" : path;

    /// <summary>What messages call a file to write.</summary>
    public static string OutputName(string path) => path == Name ? "standard output" : path;

    /// <summary>A path to look at, to learn whether the stream is a file that something else is too.</summary>
    public static string InputPath(string path) => path == Name && !OperatingSystem.IsWindows() ? "/dev/stdin" : path;

    /// <inheritdoc cref="InputPath"/>
    public static string OutputPath(string path) => path == Name && !OperatingSystem.IsWindows() ? "/dev/stdout" : path;
}
