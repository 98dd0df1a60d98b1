using System.CommandLine;

namespace Microsoft.ML.Diffusion.Tool.Commands.Help;

// In here, since ML.NET has a namespace of that name.
using Command = System.CommandLine.Command;

/// <summary>Writes the help of a command on a terminal: commands and the command's own options first.</summary>
internal static class HelpText
{
    private const int NarrowestWidth = 40, NameWidth = 26;

    /// <param name="command">The command.</param>
    /// <param name="writer">Where the text goes.</param>
    /// <param name="width">Letters a line.</param>
    public static void Write(Command command, TextWriter writer, int width)
    {
        width = Math.Max(width, NarrowestWidth);
        var page = new HelpPage(command);
        WriteWrapped(writer, page.Description, 0, width);
        writer.WriteLine();
        writer.WriteLine("Usage:");
        writer.WriteLine($"  {page.Usage}");
        if (page.Examples.Count > 0)
        {
            writer.WriteLine();
            writer.WriteLine("Examples:");
        }

        foreach ((string line, string what) in page.Examples)
        {
            writer.WriteLine($"  {line}");
            WriteWrapped(writer, what, 6, width);
        }

        WriteList(writer, "Commands:", page.Commands.Select(each => (each.Name, each.Description)), width);
        WriteList(writer, "Arguments:", page.Arguments.Select(each => (each.Name, each.Description)), width);
        WriteList(writer, "Options:", page.OwnOptions.Select(Entry), width);
        WriteList(writer, "How tables are read, random numbers, output:", page.SharedOptions.Select(Entry), width);
        if (page.Commands.Count > 0)
        {
            writer.WriteLine();
            WriteWrapped(writer, $"{page.FullName} COMMAND --help shows the options of a command, with examples.", 0, width);
        }
    }

    private static (string, string?) Entry(Option option) =>
        (HelpPage.Heading(option), option.Required ? $"Required. {option.Description}" : option.Description);

    private static void WriteList(TextWriter writer, string heading, IEnumerable<(string Name, string? What)> entries, int width)
    {
        (string Name, string? What)[] all = [.. entries];
        if (all.Length == 0)
            return;
        writer.WriteLine();
        writer.WriteLine(heading);
        int indent = Math.Min(all.Max(entry => entry.Name.Length), Math.Min(NameWidth, width / 3)) + 4;
        foreach ((string name, string? what) in all)
        {
            string[] lines = [.. Wrap(what ?? string.Empty, width - indent)];
            bool isBeside = name.Length + 4 <= indent;
            if (!isBeside)
                writer.WriteLine($"  {name}");
            for (int i = 0; i < lines.Length; i++)
                writer.WriteLine((i == 0 && isBeside ? $"  {name}" : string.Empty).PadRight(indent) + lines[i]);
        }
    }

    private static void WriteWrapped(TextWriter writer, string text, int indent, int width)
    {
        foreach (string line in Wrap(text, width - indent))
            writer.WriteLine(new string(' ', indent) + line);
    }

    private static IEnumerable<string> Wrap(string text, int width)
    {
        string line = string.Empty;
        foreach (string word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line;
                line = string.Empty;
            }

            line += line.Length > 0 ? $" {word}" : word;
        }

        yield return line;
    }
}
