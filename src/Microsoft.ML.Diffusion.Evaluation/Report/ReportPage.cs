using System.Globalization;
using System.Xml.Linq;
using Microsoft.ML.Diffusion.Evaluation.Results;
using static Microsoft.ML.Diffusion.Evaluation.Report.Html;

namespace Microsoft.ML.Diffusion.Evaluation.Report;

/// <summary>The frame of every report: head, style, title, links to the sections.</summary>
internal static class ReportPage
{
    private static readonly string s_style = ReadStyle();

    /// <param name="writer">Where the page goes.</param>
    /// <param name="title">Its title.</param>
    /// <param name="lead">What was compared.</param>
    /// <param name="sections">What it found.</param>
    /// <param name="origin">Where that comes from; null where nobody said.</param>
    public static void Write(TextWriter writer, string title, string lead,
        (string Id, string Heading, IEnumerable<XElement> Content)[] sections, ResultOrigin? origin = null)
    {
        writer.Write("<!DOCTYPE html>\n");
        HtmlText.Write(Page(title, lead, sections, origin), writer);
    }

    /// <summary>The rules for drawings, which stand in the style sheet between two comments, with the colours for light paper, which come
    /// first in it.</summary>
    public static string DrawingStyle()
    {
        const string Begin = "/* drawings */", End = "/* end of drawings */";
        string colours = s_style[..(s_style.IndexOf('}', StringComparison.Ordinal) + 1)]
            .Replace("color-scheme: light dark;", string.Empty, StringComparison.Ordinal);
        int from = s_style.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        return $"{colours}\n{s_style[from..s_style.IndexOf(End, StringComparison.Ordinal)].Trim()}\n";
    }

    private static XElement Page(
        string title, string lead, (string Id, string Heading, IEnumerable<XElement> Content)[] sections, ResultOrigin? origin) =>
        Tag("html", ("lang", "en"),
            Tag("head",
                Tag("meta", ("charset", "utf-8")),
                Tag("meta", ("http-equiv", "Content-Security-Policy"),
                    ("content", "default-src 'none'; style-src 'unsafe-inline'; img-src data:")),
                Tag("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1")),
                Tag("meta", ("name", "color-scheme"), ("content", "light dark")),
                Tag("title", title),
                Tag("style", s_style)),
            Tag("body",
                Tag("header", Tag("h1", title), Tag("p.lead", lead), origin is null ? null : Origin(origin),
                    Tag("nav", ("aria-label", "Sections"),
                        sections.Select(section => Tag("a", ("href", "#" + section.Id), section.Heading)))),
                Tag("main", sections.Select(section =>
                    Tag("section", ("id", section.Id), Tag("h2", section.Heading), section.Content)))));

    private static XElement Origin(ResultOrigin origin) =>
        Tag("dl.facts",
            origin.Inputs.Select(input => new[] { Tag("dt", input.Role), Tag("dd", input.Name) }),
            Tag("dt", "made"),
            Tag("dd", string.Create(
                CultureInfo.InvariantCulture, $"{origin.Date:yyyy-MM-dd HH:mm zzz} by Microsoft.ML.Diffusion {origin.Version}")),
            origin.Command is null ? null : new[] { Tag("dt", "command"), Tag("dd", Tag("code", Words(origin.Command))) });

    // A line ends between words of the command, never behind a dash.
    private static IEnumerable<object> Words(string command) => command.Split(' ').SelectMany((word, i) => (object[])
        [i > 0 ? " " : "", word.StartsWith('-') ? Tag("span.whole", word) : word]);

    private static string ReadStyle()
    {
        using Stream stream = typeof(ReportPage).Assembly.GetManifestResourceStream("report.css")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
