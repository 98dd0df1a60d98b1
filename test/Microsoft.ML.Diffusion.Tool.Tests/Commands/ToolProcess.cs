using System.Diagnostics;
using System.Globalization;

namespace Microsoft.ML.Diffusion.Tool.Tests.Commands;

/// <summary>The built tool as a process of its own.</summary>
internal sealed class ToolProcess : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _error;

    private ToolProcess(Process process)
    {
        _process = process;
        _output = process.StandardOutput.ReadToEndAsync();
        _error = process.StandardError.ReadToEndAsync();
    }

    /// <summary>How a shell calls the tool.</summary>
    public static string CommandLine => $"'{Dotnet}' '{Assembly}'";

    private static string Dotnet =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet";

    private static string Assembly => Path.Combine(AppContext.BaseDirectory, "mldiffusion.dll");

    public static ToolProcess Start(params string[] args)
    {
        var start = new ProcessStartInfo(Dotnet, [Assembly, .. args])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        return new ToolProcess(Process.Start(start)!);
    }

    // A shell that starts tests in the background has interrupts ignored, by them and all that they start.
    private static bool IgnoresInterrupts => OperatingSystem.IsLinux() && File.ReadLines("/proc/self/status").Any(line =>
        line.StartsWith("SigIgn:", StringComparison.Ordinal) && (Convert.ToUInt64(line[7..].Trim(), 16) & 2) != 0);

    /// <summary>Runs to the end.</summary>
    public static CommandRun Run(params string[] args)
    {
        using ToolProcess tool = Start(args);
        return tool.Finish();
    }

    /// <summary>Waits for the end and tells how much memory it had at most, in bytes (Linux).</summary>
    public long PeakMemory()
    {
        long peak = 0;
        while (!_process.HasExited)
        {
            try
            {
                string? line = File.ReadLines($"/proc/{_process.Id}/status")
                    .FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
                if (line is not null)
                    peak = 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2].Trim(), CultureInfo.InvariantCulture);
            }
            catch (IOException)
            {
                // It has ended meanwhile.
            }

            Thread.Sleep(20);
        }

        return peak;
    }

    /// <summary>Ends it as <c>kill -9</c> does.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public CommandRun Finish()
    {
        Assert.True(_process.WaitForExit(s_patience), "The tool does not end.");
        return new CommandRun(_process.ExitCode, _output.Result, _error.Result);
    }

    /// <summary>Sends what Ctrl-C sends, or a request to terminate where that would be ignored.</summary>
    public void Interrupt()
    {
        using Process kill = Process.Start("kill", [IgnoresInterrupts ? "-TERM" : "-INT", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Starts a training that would take days, interrupts it, and sees that it ends with one sentence and leaves no
    /// file.</summary>
    public static void AssertInterruptedLeavesNothing(TemporaryFolder folder, params string[] args)
    {
        string[] before = [.. folder.Files.Order(StringComparer.Ordinal)];
        using ToolProcess tool = Start(args);
        SpinWait.SpinUntil(() => folder.Files.Any(name => name.EndsWith(".tmp", StringComparison.Ordinal)), TimeSpan.FromSeconds(20));
        Thread.Sleep(1000);
        var clock = Stopwatch.StartNew();
        tool.Interrupt();
        CommandRun run = tool.Finish();
        Assert.Equal(ExitCode.Interrupted, run.ExitCode);
        Assert.EndsWith("mldiffusion: interrupted; nothing was written.\n", run.Error, StringComparison.Ordinal);
        // That training stops within a second is tested in its own process; here others share the machine.
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 30);
        Assert.Equal(before, folder.Files.Order(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
