using System.CommandLine;

namespace Microsoft.ML.Diffusion.Tool.Commands.Help;

// In here, since ML.NET has a namespace of that name.
using Command = System.CommandLine.Command;

/// <summary>What there is to say about a command, whether on a terminal or in the documentation.</summary>
/// <param name="command">The command.</param>
internal sealed class HelpPage(Command command)
{
    /// <summary>The name of the program.</summary>
    public const string Program = "mldiffusion";

    /// <summary>The command with all that stands before it: <c>mldiffusion impute</c>.</summary>
    public string FullName => string.Join(' ', Path().Reverse());

    /// <summary>What it does.</summary>
    public string Description => command.Description ?? string.Empty;

    /// <summary>The command, what it cannot do without, and <c>[options]</c> for the rest.</summary>
    public string Usage => string.Join(' ',
    [
        FullName,
        .. Commands.Count > 0 ? ["COMMAND"] : Array.Empty<string>(),
        .. command.Arguments.Select(argument => argument.Name),
        .. OwnOptions.Where(option => option.Required).Select(Call),
        "[options]",
    ]);

    /// <summary>Whole command lines, and what each does.</summary>
    public IReadOnlyList<(string Line, string What)> Examples => (command as ToolCommand)?.Examples ?? [];

    /// <summary>The commands below this one that are for users.</summary>
    public IReadOnlyList<Command> Commands => [.. command.Subcommands.Where(each => !each.Hidden)];

    /// <summary>The arguments.</summary>
    public IReadOnlyList<Argument> Arguments => [.. command.Arguments];

    /// <summary>Options that are this command's own; what it cannot do without comes first.</summary>
    public IReadOnlyList<Option> OwnOptions =>
        [.. command.Options.Where(option => !option.Hidden && !IsShared(option)).OrderByDescending(option => option.Required)];

    /// <summary>Options that all commands over tables have.</summary>
    public IReadOnlyList<Option> SharedOptions => [.. command.Options.Where(IsShared)];

    /// <summary>What the user types for an option: its shortest name, and what stands for its value.</summary>
    public static string Call(Option option) => WithValue(Names(option)[0], option);

    /// <summary>An option with all its names.</summary>
    public static string Heading(Option option) => WithValue(string.Join(", ", Names(option)), option);

    private static string WithValue(string name, Option option) =>
        option.ValueType == typeof(bool) || option.HelpName is not { Length: > 0 } value ? name : $"{name} {value}";

    // The shortest first.
    private static string[] Names(Option option) =>
        [.. option.Aliases.Append(option.Name).Where(name => !name.StartsWith('/')).Distinct(StringComparer.Ordinal)
            .OrderBy(name => name.Length).ThenBy(name => name, StringComparer.Ordinal)];

    private static bool IsShared(Option option) => CommonOptions.SharedNames.Contains(option.Name);

    private IEnumerable<string> Path()
    {
        Command at = command;
        while (at is not RootCommand)
        {
            yield return at.Name;
            at = at.Parents.OfType<Command>().First();
        }

        yield return Program;
    }
}
