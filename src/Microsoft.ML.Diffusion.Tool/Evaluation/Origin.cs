using System.CommandLine;
using Microsoft.ML.Diffusion.Evaluation.Results;
using Microsoft.ML.Diffusion.Tool.Commands.Help;
using Microsoft.ML.Diffusion.Tool.Files;

namespace Microsoft.ML.Diffusion.Tool.Evaluation;

/// <summary>Says in a result which files were compared, when, and by which command.</summary>
internal static class Origin
{
    /// <param name="parsed">The command line.</param>
    /// <param name="inputs">What each file is in the comparison, and its path.</param>
    public static ResultOrigin Of(ParseResult parsed, params IEnumerable<(string Role, string Path)> inputs) => new(
        ResultOrigin.CurrentVersion,
        DateTimeOffset.Now,
        string.Join(' ', parsed.Tokens.Select(token => Quoted(token.Value)).Prepend(HelpPage.Program)),
        [.. inputs.Select(input => new ComparedInput(input.Role, StandardStream.IsInput(input.Path) ? "standard input" : input.Path))]);

    private static bool IsPlain(char letter) =>
        char.IsLetterOrDigit(letter) || "-_./:=+,@%\\".Contains(letter, StringComparison.Ordinal);

    // As shells read it.
    private static string Quoted(string word) =>
        word.Length > 0 && word.All(IsPlain) ? word
            : $"\"{word.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
