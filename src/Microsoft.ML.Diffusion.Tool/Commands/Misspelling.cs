using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Microsoft.ML.Diffusion.Tool.Commands.Help;

namespace Microsoft.ML.Diffusion.Tool.Commands;

// In here, since ML.NET has a namespace of that name.
using Command = System.CommandLine.Command;

/// <summary>Says what is wrong with a command line: an unknown command or option is answered with those that are near to it.</summary>
internal static class Misspelling
{
    /// <summary>What is wrong; null where nothing is.</summary>
    public static UsageException? Find(ParseResult parsed)
    {
        bool hasErrors = parsed.Action is ParseErrorAction;
        Command command = parsed.CommandResult.Command;
        if (!hasErrors && parsed.Action != command.Action)
            return null;
        string help = $"See {new HelpPage(command).FullName} --help.";
        string[] commands = [.. command.Subcommands.Where(each => !each.Hidden).Select(each => each.Name)];
        if (commands.Length > 0 && parsed.UnmatchedTokens is [var unknown, ..] && !unknown.StartsWith('-'))
            return new UsageException($"there is no command '{unknown}'{NearNames.Ask(unknown, commands)} {help}");
        if (UnknownOption(parsed) is { } option)
            return new UsageException($"there is no option '{option}'{NearNames.Ask(option, OptionNames(parsed.CommandResult))} {help}");
        return hasErrors ? new UsageException($"{parsed.Errors[0].Message} {help}") : null;
    }

    /// <summary>What looks like an option and was taken for an argument, or for nothing. A file of such a name is written as
    /// <c>./-name</c>, or after <c>--</c>.</summary>
    private static string? UnknownOption(ParseResult parsed) =>
        parsed.Tokens.Any(token => token.Type == TokenType.DoubleDash) ? null
            : parsed.CommandResult.Command.Arguments.SelectMany(argument => parsed.GetResult(argument)?.Tokens ?? [])
                .Select(token => token.Value).Concat(parsed.UnmatchedTokens)
                .FirstOrDefault(word => word.Length > 1 && word.StartsWith('-'))?.Split('=')[0];

    private static IEnumerable<string> OptionNames(CommandResult? result)
    {
        for (bool isOwn = true; result is not null; result = result.Parent as CommandResult, isOwn = false)
            foreach (Option option in result.Command.Options.Where(option => !option.Hidden && (isOwn || option.Recursive)))
                yield return option.Name;
    }
}
