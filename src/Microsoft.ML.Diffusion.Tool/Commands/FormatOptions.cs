using System.CommandLine;
using System.Globalization;
using System.Text;
using Microsoft.ML.Diffusion.Tool.Csv;
using Microsoft.ML.Diffusion.Tool.Terminal;

namespace Microsoft.ML.Diffusion.Tool.Commands;

// In here, since ML.NET has a namespace of that name.
using Command = System.CommandLine.Command;

/// <summary>Options that say how the files to read are written, where that is not to be found out.</summary>
internal sealed class FormatOptions
{
    private const int MostSkipped = 1_000_000;

    // What quotes cells and ends lines, and what numbers are written with.
    private const string NoSeparators = "\"\\.-+\r\n\0";

    private static readonly Dictionary<string, char> s_separators = new(StringComparer.OrdinalIgnoreCase)
    {
        ["comma"] = ',', ["semicolon"] = ';', ["tab"] = '\t', ["\\t"] = '\t', ["pipe"] = '|', ["space"] = ' ',
    };

    private readonly Option<Answer?> _header = TypedOption.Choice<Answer>("--header",
        "Whether the first line names the columns; without names they are C1, C2, ...");

    private readonly Option<bool> _noHeader = new("--no-header")
    {
        Description = "As --header no: the first line is a row. With --model the columns are, one by one, those of its training file.",
    };

    private readonly Option<char?> _separator = new("--separator")
    {
        HelpName = "CHAR",
        Description = "What parts the cells: a character, or tab, pipe, space; found out where it is not given.",
        CustomParser = result =>
        {
            string given = result.Tokens[0].Value;
            if (s_separators.TryGetValue(given, out char named))
                return named;
            if (given.Length == 1 && char.IsAscii(given[0]) && !char.IsLetterOrDigit(given[0]) && !NoSeparators.Contains(given[0]))
                return given[0];
            result.AddError(
                $"--separator is '{given}' where one character such as ; or |, or tab, comma, semicolon, pipe or space was expected " +
                "(no letter, digit, quote, backslash, point or sign).");
            return null;
        },
    };

    private readonly Option<Encoding?> _encoding = new("--encoding")
    {
        HelpName = "NAME",
        Description = "How characters are bytes: utf-8, utf-16, windows-1252, latin-1, shift_jis, ...; found out where it is not given.",
        CustomParser = result =>
        {
            string given = result.Tokens[0].Value;
            if (TextEncoding.Find(given) is { } encoding)
                return encoding;
            string[] known = [.. Encoding.GetEncodings().Select(info => info.Name)];
            result.AddError($"--encoding is '{given}', which names no encoding{NearNames.Ask(given, known)}");
            return null;
        },
    };

    private readonly Option<int?> _skip = TypedOption.Number("--skip", "N", 0, MostSkipped,
        string.Create(CultureInfo.InvariantCulture, $"a whole number from 0 to {MostSkipped}"),
        "Lines before the header, such as a title or a comment; they stay in what is written.");

    private enum Answer
    {
        No,
        Yes,
    }

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_header);
        command.Add(_noHeader);
        command.Add(_separator);
        command.Add(_encoding);
        command.Add(_skip);
    }

    /// <summary>Opens a file to be read in blocks, and tells the user what was found out about it.</summary>
    /// <param name="parsed">What the user says.</param>
    /// <param name="path">The file.</param>
    /// <param name="display">Told what was found out.</param>
    /// <param name="cancel">Stops all reading.</param>
    /// <param name="names">Names of the columns where the file has no header; null to count them.</param>
    /// <param name="once">Whether one pass is enough, so that what comes through a pipe is not copied to disk.</param>
    /// <exception cref="InputException">It cannot be read.</exception>
    public CsvBlocks Open(
        ParseResult parsed, string path, Display display, CancellationToken cancel, IReadOnlyList<string>? names = null, bool once = false)
    {
        var file = CsvBlocks.Open(path, Of(parsed) with { Names = names }, cancel: cancel, once: once);
        foreach (string note in file.Notes)
            display.Warn(note);
        return file;
    }

    /// <summary>What the user says about the files to read.</summary>
    public CsvOptions Of(ParseResult parsed)
    {
        bool? hasHeader = parsed.GetValue(_header) is { } header ? header == Answer.Yes : null;
        if (parsed.GetValue(_noHeader))
        {
            hasHeader = hasHeader != true
                ? false
                : throw new UsageException("--no-header says that the first line is a row, and --header yes that it is none.");
        }

        return new CsvOptions(parsed.GetValue(_separator), parsed.GetValue(_encoding), hasHeader, parsed.GetValue(_skip) ?? 0);
    }
}
