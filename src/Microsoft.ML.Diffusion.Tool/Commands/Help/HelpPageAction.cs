using System.CommandLine;
using System.CommandLine.Invocation;

namespace Microsoft.ML.Diffusion.Tool.Commands.Help;

/// <summary>What <c>--help</c> does: shows the page of the command before it.</summary>
internal sealed class HelpPageAction : SynchronousCommandLineAction
{
    // Where nobody says how wide the screen is, as in a pipe.
    private const int UsualWidth = 100;

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        TextWriter output = parseResult.InvocationConfiguration.Output;
        HelpText.Write(parseResult.CommandResult.Command, output, WidthOf(output));
        return ExitCode.Done;
    }

    private static int WidthOf(TextWriter output) =>
        ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected && Console.WindowWidth > 0
            ? Console.WindowWidth - 1
            : UsualWidth;
}
