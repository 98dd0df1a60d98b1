using System.Globalization;
using System.Xml.Linq;

namespace Microsoft.ML.Diffusion.Evaluation.Report;

/// <summary>Builds drawings. Colours stand in report.css under the classes' names.</summary>
internal static class Svg
{
    /// <summary>A drawing with a name and a description for those who do not see it.</summary>
    public static XElement Drawing(double width, double height, string title, string description, params object?[] content) =>
        Html.Tag("svg", ("viewBox", $"0 0 {Number(width)} {Number(height)}"), ("role", "img"), ("style", $"max-width:{Number(width * 1.25)}px"),
            Html.Tag("title", title), Html.Tag("desc", description), content);

    /// <summary>Words at a point.</summary>
    /// <param name="text">The words.</param>
    /// <param name="x">Where they are anchored.</param>
    /// <param name="y">Their base line.</param>
    /// <param name="anchor">"start", "middle" or "end".</param>
    /// <param name="className">A class of report.css, or none.</param>
    public static XElement Text(string text, double x, double y, string anchor = "start", string className = "") =>
        Html.Tag(className.Length > 0 ? "text." + className : "text", ("x", x), ("y", y), ("text-anchor", anchor), text);

    public static XElement Line(string className, double x1, double y1, double x2, double y2) =>
        Html.Tag("line." + className, ("x1", x1), ("y1", y1), ("x2", x2), ("y2", y2));

    /// <summary>A rectangle; the tip is shown where the pointer rests on it.</summary>
    public static XElement Box(string className, double x, double y, double width, double height, string? tip = null) =>
        Html.Tag("rect." + className, ("x", x), ("y", y), ("width", Math.Max(width, 0)), ("height", Math.Max(height, 0)), Tip(tip));

    public static XElement Dot(string className, double x, double y, double radius, string? tip = null) =>
        Html.Tag("circle." + className, ("cx", x), ("cy", y), ("r", radius), Tip(tip));

    /// <summary>A square that stands on a corner.</summary>
    public static XElement Diamond(string className, double x, double y, double radius, string? tip = null) =>
        AddTip(Path(className, [(x - radius, y), (x, y - radius), (x + radius, y), (x, y + radius)], isClosed: true), tip);

    /// <summary>A line through points.</summary>
    public static XElement Path(string className, IEnumerable<(double X, double Y)> points, bool isClosed = false) =>
        Html.Tag("path." + className, ("d", "M" + string.Join('L', points.Select(at => $"{Number(at.X)} {Number(at.Y)}")) + (isClosed ? "Z" : "")));

    public static string Number(double value) => Math.Round(value, 2).ToString("0.##", CultureInfo.InvariantCulture);

    private static XElement AddTip(XElement element, string? tip)
    {
        element.Add(Tip(tip));
        return element;
    }

    private static XElement? Tip(string? text) => text == null ? null : Html.Tag("title", text);
}
