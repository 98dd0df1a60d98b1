using System.Xml.Linq;

namespace Microsoft.ML.Diffusion.Evaluation.Report;

/// <summary>The part of a drawing in which two quantities are plotted: from values to coordinates, and the axes around it.</summary>
internal sealed class Plot
{
    private readonly double _left;
    private readonly double _top;
    private readonly double _right;
    private readonly double _bottom;
    private readonly double _minimumX;
    private readonly double _maximumX;
    private readonly double _minimumY;
    private readonly double _maximumY;

    /// <param name="area">Left, top, right and bottom of the part.</param>
    /// <param name="x">The values at the left and at the right end.</param>
    /// <param name="y">The values at the bottom and at the top.</param>
    public Plot((double Left, double Top, double Right, double Bottom) area, (double Minimum, double Maximum) x, (double Minimum, double Maximum) y)
    {
        (_left, _top, _right, _bottom) = area;
        (_minimumX, _maximumX) = Widen(x);
        (_minimumY, _maximumY) = Widen(y);
    }

    public double X(double value) => _left + (_right - _left) * Within((value - _minimumX) / (_maximumX - _minimumX));

    public double Y(double value) => _bottom - (_bottom - _top) * Within((value - _minimumY) / (_maximumY - _minimumY));

    /// <summary>The base line, its marks, and what they measure.</summary>
    public IEnumerable<XElement> XAxis(string label = "", int about = 5, bool hasGrid = false)
    {
        double[] marks = Axis.Marks(_minimumX, _maximumX, about);
        return XAxis(marks, Axis.Texts(marks), label, hasGrid);
    }

    /// <summary>The same with marks at given values.</summary>
    public IEnumerable<XElement> XAxis(double[] marks, string[] texts, string label = "", bool hasGrid = false)
    {
        yield return Svg.Line("axis", _left, _bottom, _right, _bottom);
        for (int i = 0; i < marks.Length; i++)
        {
            yield return Svg.Line(hasGrid ? "grid" : "axis", X(marks[i]), hasGrid ? _top : _bottom, X(marks[i]), _bottom + 4);
            yield return Svg.Text(texts[i], X(marks[i]), _bottom + 16, "middle");
        }

        if (label.Length > 0)
            yield return Svg.Text(label, (_left + _right) / 2, _bottom + 33, "middle", "label");
    }

    /// <summary>Lines across, and what they stand for.</summary>
    public IEnumerable<XElement> YAxis(string label = "", int about = 4)
    {
        double[] marks = Axis.Marks(_minimumY, _maximumY, about);
        string[] texts = Axis.Texts(marks);
        for (int i = 0; i < marks.Length; i++)
        {
            yield return Svg.Line("grid", _left, Y(marks[i]), _right, Y(marks[i]));
            yield return Svg.Text(texts[i], _left - 6, Y(marks[i]) + 4, "end");
        }

        if (label.Length > 0)
        {
            XElement text = Svg.Text(label, 0, 0, "middle", "label");
            text.SetAttributeValue("transform", $"translate({Svg.Number(_left - 42)} {Svg.Number((_top + _bottom) / 2)}) rotate(-90)");
            yield return text;
        }
    }

    /// <summary>A curve.</summary>
    public XElement Curve(string className, IReadOnlyList<double> x, IReadOnlyList<double> y) =>
        Svg.Path(className, Enumerable.Range(0, Math.Min(x.Count, y.Count)).Where(i => double.IsFinite(y[i])).Select(i => (X(x[i]), Y(y[i]))));

    /// <summary>The outline of a histogram, down to the base line at both ends.</summary>
    public XElement Steps(string className, IReadOnlyList<double> edges, IReadOnlyList<double> heights) =>
        Svg.Path(className,
            Enumerable.Range(0, heights.Count).SelectMany(i => new[] { (X(edges[i]), Y(heights[i])), (X(edges[i + 1]), Y(heights[i])) })
                .Prepend((X(edges[0]), _bottom)).Append((X(edges[^1]), _bottom)), isClosed: true);

    /// <summary>Values out of range stay at the edge of the drawing.</summary>
    private static double Within(double share) => double.IsNaN(share) ? 0 : Math.Clamp(share, 0, 1);

    private static (double, double) Widen((double Minimum, double Maximum) range) =>
        range.Maximum > range.Minimum ? range : (range.Minimum - .5, range.Minimum + .5);
}
