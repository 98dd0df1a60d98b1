namespace Microsoft.ML.Diffusion.Tool;

/// <summary>What the process answers; scripts rely on it.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>Bad input: one sentence on standard error says file, line, column and what was expected.</summary>
    public const int BadInput = 1;

    /// <summary>Bad usage: an unknown command, option or value of one.</summary>
    public const int BadUsage = 2;

    /// <summary>Interrupted by Ctrl-C or a request to terminate.</summary>
    public const int Interrupted = 130;
}
