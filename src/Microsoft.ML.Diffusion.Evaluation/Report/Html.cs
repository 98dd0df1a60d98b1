using System.Globalization;
using System.Xml.Linq;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Evaluation.Report;

/// <summary>Builds the elements of a report. Text stays text: nothing that comes from data is ever markup.</summary>
internal static class Html
{
    /// <summary>An element.</summary>
    /// <param name="name">Its name, classes after it: "td.number".</param>
    /// <param name="content">Text, elements, sequences of elements, and attributes as pairs of name and value; null is left out.</param>
    public static XElement Tag(string name, params object?[] content)
    {
        string[] parts = name.Split('.', 2);
        var element = new XElement(parts[0]);
        if (parts.Length > 1)
            element.SetAttributeValue("class", parts[1].Replace('.', ' '));
        foreach (object? item in content)
            if (item is (string attribute, string text))
                element.SetAttributeValue(attribute, text);
            else if (item is (string coordinate, double number))
                element.SetAttributeValue(coordinate, Svg.Number(number));
            else
                element.Add(item);
        return element;
    }

    /// <summary>A paragraph that explains.</summary>
    public static XElement Note(string text) => Tag("p.note", text);

    /// <summary>A heading of a column of figures.</summary>
    public static XElement Heading(string text) => Tag("th.number", ("scope", "col"), text);

    /// <summary>A heading of a column of words.</summary>
    public static XElement WordHeading(string text) => Tag("th", ("scope", "col"), text);

    /// <summary>The heading of a row.</summary>
    public static XElement RowHeading(string text) => Tag("th", ("scope", "row"), text);

    /// <summary>A cell of words.</summary>
    public static XElement Words(string text) => Tag("td", text);

    /// <summary>A figure as a table shows it, with all its digits in the value of its data element.</summary>
    /// <param name="value">The figure; NaN where it is not defined.</param>
    /// <param name="format">How it is shown.</param>
    /// <param name="deviation">Shown after it with a plus-minus sign, unless NaN.</param>
    public static XElement Figure(double value, Func<double, string> format, double deviation = double.NaN) =>
        double.IsFinite(value)
            ? Tag("td.number", Data(value, format), double.IsFinite(deviation) ? Tag("small", " ± ", Data(deviation, format)) : null)
            : Tag("td.number", Tag("abbr", ("title", "not defined here"), "–"));

    /// <summary>A table that scrolls by itself where the page is narrow.</summary>
    /// <param name="caption">What it holds.</param>
    /// <param name="headings">Of the columns.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="groups">Headings of groups of columns, above the others; null for none.</param>
    public static XElement Table(string caption, IEnumerable<XElement> headings, IEnumerable<XElement> rows, IEnumerable<XElement>? groups = null) =>
        Tag("div.scroll", ("role", "region"), ("tabindex", "0"), ("aria-label", caption),
            Tag("table",
                Tag("caption", caption),
                Tag("thead", groups == null ? null : Tag("tr.groups", groups), Tag("tr", headings)),
                Tag("tbody", rows)));

    /// <summary>A figure in running text, likewise.</summary>
    public static XElement Data(double value, Func<double, string> format) =>
        Tag("data", ("value", value.ToString("R", CultureInfo.InvariantCulture)), format(value));
}
