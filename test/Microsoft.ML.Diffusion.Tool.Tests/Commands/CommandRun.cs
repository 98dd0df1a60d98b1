using Microsoft.ML.Diffusion.Tool.Commands;

namespace Microsoft.ML.Diffusion.Tool.Tests.Commands;

/// <summary>One run of the command line inside the test's process.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Error)
{
    public static CommandRun Of(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = DiffusionTool.Run(args, output, error, CancellationToken.None);
        return new CommandRun(code, output.ToString(), error.ToString());
    }
}
