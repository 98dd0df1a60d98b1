using System.Diagnostics;
using Microsoft.ML.Diffusion.Tool.Commands;

namespace Microsoft.ML.Diffusion.Fuzzing.Tables;

/// <summary>One run of the command line inside this process.</summary>
/// <param name="ExitCode">How it ended; -1 where an exception came out.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error, or the exception.</param>
/// <param name="Elapsed">How long the processor worked for it.</param>
internal sealed record ToolRun(int ExitCode, string Output, string Error, TimeSpan Elapsed)
{
    // Far above anything that is waited for, so that a run that would never end is seen.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    public static ToolRun Of(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var patience = new CancellationTokenSource(s_patience);
        TimeSpan before = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        int code;
        try
        {
            code = DiffusionTool.Run(args, output, error, patience.Token);
        }
        catch (Exception e)
        {
            return new ToolRun(-1, output.ToString(), e.ToString(), watch.Elapsed);
        }

        // On a machine that others use, time on the wall says little; more threads than one do not make it slower.
        TimeSpan worked = Environment.CpuUsage.TotalTime - before;
        return new ToolRun(code, output.ToString(), error.ToString(), worked < watch.Elapsed ? worked : watch.Elapsed);
    }

    /// <summary>What is wrong with a refusal; null where it is one or two lines that name a file.</summary>
    /// <param name="files">The files that it may name.</param>
    public string? RefusalFault(params ReadOnlySpan<string> files)
    {
        if (ExitCode != Tool.ExitCode.BadInput)
            return $"exit code {ExitCode}: {Error}";
        string[] lines = Error.Split('\n');
        if (lines.Length is < 2 or > 3 || lines[^1].Length > 0)
            return $"{lines.Length - 1} lines: {Error}";
        if (lines.Any(line => line.Any(char.IsControl)))
            return $"control characters: {Error}";
        foreach (string file in files)
        {
            if (Error.Contains(file, StringComparison.Ordinal))
                return null;
        }

        return $"no file is named: {Error}";
    }
}
