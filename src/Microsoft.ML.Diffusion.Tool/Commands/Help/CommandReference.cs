using System.CommandLine;

namespace Microsoft.ML.Diffusion.Tool.Commands.Help;

// In here, since ML.NET has a namespace of that name.
using Command = System.CommandLine.Command;

/// <summary><c>mldiffusion reference</c>, a hidden command: writes <c>docs/cli.md</c>, a page of all commands, from the commands
/// themselves. A test holds the page against it.</summary>
internal static class CommandReference
{
    private const string Shared = "Options that commands over tables share";

    /// <param name="root">The command line, whose commands are written about.</param>
    public static Command Create(RootCommand root)
    {
        var command = new Command("reference", "Write docs/cli.md, the page of all commands.") { Hidden = true };
        command.SetAction(parsed =>
        {
            Write(root, parsed.InvocationConfiguration.Output);
            return ExitCode.Done;
        });
        return command;
    }

    private static void Write(RootCommand root, TextWriter writer)
    {
        Command[] all = [.. root.Subcommands.Where(command => !command.Hidden).SelectMany(WithSubcommands)];
        HelpPage[] pages = [.. all.Select(command => new HelpPage(command))];
        Option[] shared = [.. pages.SelectMany(page => page.SharedOptions).DistinctBy(option => option.Name, StringComparer.Ordinal)];
        Line(writer, "# Command line");
        Line(writer);
        Line(writer, "<!-- Written by: dotnet run -c Release --project src/Microsoft.ML.Diffusion.Tool -- reference > docs/cli.md -->");
        Line(writer);
        Line(writer, "What every command takes. How files are read and written, exit codes and completion in shells are in");
        Line(writer, "[the manual](../src/Microsoft.ML.Diffusion.Tool/README.md).");
        Line(writer);
        Line(writer, "| command | what it does |");
        Line(writer, "|---|---|");
        foreach (HelpPage page in pages)
            Line(writer, $"| [`{page.FullName}`](#{page.FullName.Replace(' ', '-')}) | {Escape(page.Description)} |");
        foreach (HelpPage page in pages)
            Write(page, shared, writer);
        Line(writer);
        Line(writer, $"## {Shared}");
        Line(writer);
        WriteOptions(shared, writer);
    }

    private static IEnumerable<Command> WithSubcommands(Command command) =>
        command.Subcommands.Where(each => !each.Hidden).SelectMany(WithSubcommands).Prepend(command);

    private static void Write(HelpPage page, Option[] shared, TextWriter writer)
    {
        Line(writer);
        Line(writer, $"## {page.FullName}");
        Line(writer);
        Line(writer, page.Description);
        Line(writer);
        Line(writer, "```");
        Line(writer, page.Usage);
        Line(writer, "```");
        foreach ((string line, string what) in page.Examples)
        {
            Line(writer);
            Line(writer, what);
            Line(writer);
            Line(writer, "```");
            Line(writer, line);
            Line(writer, "```");
        }

        bool sharesAll = page.SharedOptions.Count == shared.Length;
        Option[] options = [.. page.OwnOptions, .. sharesAll ? [] : page.SharedOptions];
        if (options.Length + page.Arguments.Count > 0)
        {
            Line(writer);
            WriteOptions(options, writer, page.Arguments);
        }

        if (sharesAll)
        {
            Line(writer);
            Line(writer, $"And the [options that commands over tables share](#{Shared.ToLowerInvariant().Replace(' ', '-')}).");
        }
    }

    private static void WriteOptions(Option[] options, TextWriter writer, IReadOnlyList<Argument>? arguments = null)
    {
        Line(writer, "| | |");
        Line(writer, "|---|---|");
        foreach (Argument argument in arguments ?? [])
            Line(writer, $"| `{Escape(argument.Name)}` | {Escape(argument.Description)} |");
        foreach (Option option in options)
        {
            string required = option.Required ? "Required. " : string.Empty;
            Line(writer, $"| `{Escape(HelpPage.Heading(option))}` | {required}{Escape(option.Description)} |");
        }
    }

    // A bar parts the cells of a table, and an angle bracket begins an element.
    private static string Escape(string? text) =>
        (text ?? string.Empty).Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);

    private static void Line(TextWriter writer, string text = "") => writer.Write($"{text}\n");
}
