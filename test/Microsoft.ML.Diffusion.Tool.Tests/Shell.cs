using System.Diagnostics;

namespace Microsoft.ML.Diffusion.Tool.Tests;

/// <summary>Runs a line of shell, for redirections, pipes and permissions.</summary>
internal static class Shell
{
    /// <returns>The exit code and what went to standard error.</returns>
    public static (int ExitCode, string Error) Run(string line)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", line])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using Process shell = Process.Start(start)!;
        Task<string> output = shell.StandardOutput.ReadToEndAsync();
        string error = shell.StandardError.ReadToEnd();
        shell.WaitForExit();
        _ = output.Result;
        return (shell.ExitCode, error);
    }
}
