using System.Diagnostics;
using System.Reflection;

namespace Microsoft.ML.Diffusion.Packages.Tests;

/// <summary>The dotnet command as a person would type it, whatever the test runner has put into the environment.</summary>
internal static class Dotnet
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(5);

    // What a build and a test runner hand on to their children and would change a build of another project.
    private static readonly string[] s_leaks = ["MSBUILD", "VSTEST", "DOTNET_HOST_PATH", "DOTNET_STARTUP_HOOKS", "CORECLR_"];

    /// <summary>The configuration that this project was built in.</summary>
    public static string Configuration => Metadata("Configuration");

    /// <summary>The version of ML.NET that this project was built with.</summary>
    public static string MLVersion => Metadata("MicrosoftMLVersion");

    /// <summary>Runs dotnet in a folder and gives what it printed; fails with everything it printed where it fails.</summary>
    public static Task<string> Run(string folder, IReadOnlyDictionary<string, string> variables, params string[] args) =>
        RunProgram("dotnet", folder, variables, args);

    /// <inheritdoc cref="Run"/>
    public static async Task<string> RunProgram(
        string program, string folder, IReadOnlyDictionary<string, string> variables, params string[] args)
    {
        var start = new ProcessStartInfo(program, args)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] leaked = [.. start.Environment.Keys.Where(key =>
            s_leaks.Any(leak => key.StartsWith(leak, StringComparison.OrdinalIgnoreCase)))];
        foreach (string key in leaked)
            start.Environment.Remove(key);
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1"; // no process stays behind
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        foreach ((string key, string value) in variables)
            start.Environment[key] = value;

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(s_limit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }
        string text = await output;
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', args)}: exit code {process.ExitCode}\n{text}\n{await errors}");
        return text;
    }

    private static string Metadata(string key) => typeof(Dotnet).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == key).Value!;
}
