using System.CommandLine;
using System.CommandLine.Help;
using Microsoft.ML.Diffusion.Tool.Commands.Help;
using Microsoft.ML.Diffusion.Tool.Ranks;
using Microsoft.ML.Diffusion.Tool.Terminal;

namespace Microsoft.ML.Diffusion.Tool.Commands;

/// <summary>The command line <c>mldiffusion</c>.</summary>
internal static class DiffusionTool
{
    /// <summary>Runs one command.</summary>
    /// <param name="args">The arguments after the program's name.</param>
    /// <param name="output">Standard output: help and version.</param>
    /// <param name="error">Standard error: progress, warnings, and the sentence that says what was wrong.</param>
    /// <param name="cancel">Stops the command; nothing half-written stays.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static int Run(string[] args, TextWriter output, TextWriter error, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(error);
        TextWriter told = RankSession.IsSilent(args) ? TextWriter.Null : error;
        try
        {
            var root = new RootCommand(
                "Fills in missing values of CSV files, makes new rows with diffusion models, and says what they are worth.")
            {
                ImputeCommand.Create(error, cancel),
                ImputeSeriesCommand.Create(error, cancel),
                DescribeCommand.Create(output, error, cancel),
                AmputeCommand.Create(error, cancel),
                SynthesizeCommand.Create(error, cancel),
                GatherCommand.Create(error, cancel),
                PlanCommand.Create(output, error, cancel),
                AugmentCommand.Create(error, cancel),
                TrainCommand.Create(error, cancel),
                EvaluateCommand.Create(error, cancel),
                PoolCommand.Create(output),
                InspectCommand.Create(output),
                SegmentCommand.Create(error, cancel),
            };
            root.Add(CommandReference.Create(root));
            foreach (VersionOption version in root.Options.OfType<VersionOption>())
                version.Description = "Show the version.";
            foreach (HelpOption help in root.Options.OfType<HelpOption>())
            {
                help.Description = "Show what a command does, with examples.";
                help.Action = new HelpPageAction();
            }

            ParseResult parsed = root.Parse(args);
            if (Misspelling.Find(parsed) is { } wrong)
                throw wrong;
            return parsed.Invoke(new InvocationConfiguration
            {
                Output = output, Error = told, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null,
            });
        }
        catch (InputException e)
        {
            return Fail(told, e.Message, ExitCode.BadInput);
        }
        catch (UsageException e)
        {
            return Fail(told, e.Message, ExitCode.BadUsage);
        }
        catch (OperationCanceledException)
        {
            return Fail(told, "interrupted; nothing was written.", ExitCode.Interrupted);
        }
    }

    private static int Fail(TextWriter error, string sentence, int code)
    {
        error.WriteLine(Printable.Line($"mldiffusion: {sentence}"));
        return code;
    }
}
