using System.Diagnostics;

namespace Microsoft.ML.Diffusion.Tool.Tests;

/// <summary>Runs a line of shell, for redirections, pipes and permissions.</summary>
internal static class Shell
{
    /// <returns>The exit code and what went to standard error.</returns>
    public static (int ExitCode, string Error) Run(string line)
    {
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", line]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        Task<string> output = shell.StandardOutput.ReadToEndAsync();
        string error = shell.StandardError.ReadToEnd();
        shell.WaitForExit();
        _ = output.Result;
        return (shell.ExitCode, error);
    }
}
