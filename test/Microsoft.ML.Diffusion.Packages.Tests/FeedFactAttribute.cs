using System.Diagnostics;

namespace Microsoft.ML.Diffusion.Packages.Tests;

/// <summary>A fact that restores packages; skipped, with the reason, where a package source of this machine does not answer.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FeedFactAttribute : FactAttribute
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private static readonly Lazy<string?> s_silent = new(FindSilentSource);

    public FeedFactAttribute() => Skip = s_silent.Value;

    /// <summary>Why nothing can be restored; null where it can.</summary>
    internal static string? SilentSource => s_silent.Value;

    private static string? FindSilentSource()
    {
        var start = new ProcessStartInfo("dotnet", ["nuget", "list", "source", "--format", "short"])
        {
            WorkingDirectory = RealData.RepositoryRoot,
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        string[] lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.TrimEntries);
        process.WaitForExit();

        // "E https://...": E for a source that is enabled.
        using var client = new HttpClient { Timeout = s_patience };
        foreach (string line in lines.Where(line => line.StartsWith("E http", StringComparison.Ordinal)))
            try
            {
                // An answer that refuses is an answer: whether packages restore is then for the test to say.
                client.Send(new HttpRequestMessage(HttpMethod.Get, line[2..]), HttpCompletionOption.ResponseHeadersRead).Dispose();
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
            {
                return $"a package source of this machine does not answer ({exception.Message})";
            }
        return null;
    }
}
