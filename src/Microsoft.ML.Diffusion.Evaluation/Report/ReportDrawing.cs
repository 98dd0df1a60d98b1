using System.Globalization;
using System.Text;
using System.Xml.Linq;
using static Microsoft.ML.Diffusion.Evaluation.Report.Html;

namespace Microsoft.ML.Diffusion.Evaluation.Report;

/// <summary>A drawing of a report as a file of its own.</summary>
/// <param name="Name">A file name that says what is drawn, with a number that keeps the order of the page: "03-numbers-age.svg".</param>
/// <param name="Svg">The file's text: SVG that needs nothing else, to be encoded in UTF-8.</param>
public sealed record ReportDrawing(string Name, string Svg)
{
    private const int LongestName = 40;
    private const double LetterWidth = 6.4, LegendLine = 20, Gap = 16;
    private const string Font = "svg { font-family: system-ui, -apple-system, \"Segoe UI\", Roboto, \"DejaVu Sans\", sans-serif; }\n";

    /// <param name="sections">The sections of a page.</param>
    internal static IReadOnlyList<ReportDrawing> Of((string Id, string Heading, IEnumerable<XElement> Content)[] sections)
    {
        List<ReportDrawing> drawings = [];
        foreach ((string id, _, IEnumerable<XElement> content) in sections)
        {
            // A legend within a figure is that figure's; another one is that of the drawings behind it.
            XElement? common = null;
            foreach (XElement element in content.SelectMany(top => top.DescendantsAndSelf()))
            {
                XElement? figure = element.Ancestors("figure").FirstOrDefault();
                if (IsLegend(element) && figure is null)
                    common = element;
                if (element.Name.LocalName != "svg" || element.Attribute("role") is null)
                    continue;
                XElement? own = figure?.Descendants().FirstOrDefault(IsLegend);
                string title = Plain((element.Element("title")?.Value ?? string.Empty).Split(':')[0]);
                string name = string.Create(CultureInfo.InvariantCulture, $"{drawings.Count + 1:00}-{id}-{title}");
                drawings.Add(new ReportDrawing($"{name.TrimEnd('-')}.svg", Alone(element, own ?? common)));
            }
        }

        return drawings;
    }

    private static bool IsLegend(XElement element) => (string?)element.Attribute("class") == "legend";

    private static string Alone(XElement drawing, XElement? legend)
    {
        string view = (string)drawing.Attribute("viewBox")!;
        double[] box = [.. view.Split(' ').Select(text => double.Parse(text, CultureInfo.InvariantCulture))];
        (double width, double height) = (box[2], box[3]);
        XElement[] keys = [.. Keys(legend, width, out double top)];
        XElement[] words = [.. drawing.Elements().Where(element => element.Name.LocalName is "title" or "desc")];
        XElement alone = Tag("svg", ("xmlns", "http://www.w3.org/2000/svg"),
            ("viewBox", $"0 0 {Report.Svg.Number(width)} {Report.Svg.Number(height + top)}"),
            ("width", width), ("height", height + top), ("role", "img"),
            words, Tag("style", Font + ReportPage.DrawingStyle()),
            Tag("rect", ("width", width), ("height", height + top), ("fill", "#ffffff")),
            keys.Length > 0 ? Tag("g.legend", keys) : null,
            Tag("g", ("transform", $"translate(0 {Report.Svg.Number(top)})"), drawing.Elements().Except(words)));
        using var writer = new StringWriter(CultureInfo.InvariantCulture);
        writer.Write("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
        HtmlText.Write(alone, writer);
        return writer.ToString();
    }

    // Keys and words from left to right, on as many lines as they need.
    private static List<XElement> Keys(XElement? legend, double width, out double height)
    {
        List<XElement> keys = [];
        (double x, double y) = (0, 0);
        foreach (XElement entry in legend?.Elements("span") ?? [])
        {
            double length = entry.Nodes().Sum(Length);
            if (x > 0 && x + length > width)
                (x, y) = (0, y + LegendLine);
            foreach (XNode node in entry.Nodes())
            {
                keys.Add(node is XElement key
                    ? Tag("g", ("transform", $"translate({Report.Svg.Number(x + 2)} {Report.Svg.Number(y + 2)})"), key.Elements())
                    : Report.Svg.Text(((XText)node).Value, x + 2, y + 14));
                x += Length(node);
            }

            x += Gap;
        }

        height = keys.Count > 0 ? y + LegendLine + 4 : 0;
        return keys;
    }

    private static double Length(XNode node) => node is XElement key
        ? double.Parse((string?)key.Attribute("width") ?? "22", CultureInfo.InvariantCulture) + 6
        : LetterWidth * ((XText)node).Value.Length + 4;

    // Letters and digits; whatever is between them becomes one hyphen.
    private static string Plain(string title)
    {
        var name = new StringBuilder();
        foreach (char letter in title.Normalize(NormalizationForm.FormD).ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(letter))
                name.Append(letter);
            else if (name.Length > 0 && name[^1] != '-' && CharUnicodeInfo.GetUnicodeCategory(letter) != UnicodeCategory.NonSpacingMark)
                name.Append('-');
            if (name.Length == LongestName)
                break;
        }

        return name.ToString();
    }
}
