using System.Xml.Linq;
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
    public static void Write(TextWriter writer, string title, string lead,
        (string Id, string Heading, IEnumerable<XElement> Content)[] sections)
    {
        writer.Write("<!DOCTYPE html>\n");
        HtmlText.Write(Page(title, lead, sections), writer);
    }

    private static XElement Page(string title, string lead, (string Id, string Heading, IEnumerable<XElement> Content)[] sections) =>
        Tag("html", ("lang", "en"),
            Tag("head",
                Tag("meta", ("charset", "utf-8")),
                Tag("meta", ("http-equiv", "Content-Security-Policy"), ("content", "default-src 'none'; style-src 'unsafe-inline'; img-src data:")),
                Tag("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1")),
                Tag("meta", ("name", "color-scheme"), ("content", "light dark")),
                Tag("title", title),
                Tag("style", s_style)),
            Tag("body",
                Tag("header", Tag("h1", title), Tag("p.lead", lead),
                    Tag("nav", ("aria-label", "Sections"),
                        sections.Select(section => Tag("a", ("href", "#" + section.Id), section.Heading)))),
                Tag("main", sections.Select(section =>
                    Tag("section", ("id", section.Id), Tag("h2", section.Heading), section.Content)))));

    private static string ReadStyle()
    {
        using Stream stream = typeof(ReportPage).Assembly.GetManifestResourceStream("report.css")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
