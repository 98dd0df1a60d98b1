using System.Globalization;
using System.Xml.Linq;
using static Microsoft.ML.Diffusion.Evaluation.Report.Html;

namespace Microsoft.ML.Diffusion.Evaluation.Report;

/// <summary>A symmetric matrix over columns as coloured cells, 0 (as it should be) pale. Of many columns those with the largest
/// values.</summary>
internal static class HeatMap
{
    private const int Shown = 40;
    private const double Labels = 110;

    /// <summary>Draws it, with its scale.</summary>
    /// <param name="columns">The columns' names.</param>
    /// <param name="matrix">Values of 0 or more; NaN where not defined.</param>
    /// <param name="title">What the values are.</param>
    public static IEnumerable<XElement> Build(IReadOnlyList<string> columns, double[][] matrix, string title)
    {
        int[] shown = [.. Enumerable.Range(0, columns.Count)];
        if (shown.Length > Shown)
        {
            yield return Note($"The {Shown} of {columns.Count} columns with the largest values on average.");
            shown = [.. shown.OrderByDescending(column => matrix[column].Where(double.IsFinite).DefaultIfEmpty(0).Average()).Take(Shown).Order()];
        }

        double largest = shown.SelectMany(i => shown.Where(j => j != i).Select(j => matrix[i][j])).Where(double.IsFinite).DefaultIfEmpty(0).Max();
        double most = Axis.Marks(0, Math.Max(largest, .1), 5)[^1] is var mark && mark < largest ? Math.Ceiling(largest * 20) / 20 : mark;
        double size = Math.Clamp(880.0 / shown.Length, 18, 30);
        double side = size * shown.Length;
        var cells = new List<XElement>();
        for (int i = 0; i < shown.Length; i++)
        {
            cells.Add(Svg.Text(Figures.Shorten(columns[shown[i]], 17), Labels - 6, Labels + size * (i + .5) + 4, "end"));
            XElement above = Svg.Text(Figures.Shorten(columns[shown[i]], 17), 0, 0);
            above.SetAttributeValue("transform", $"translate({Svg.Number(Labels + size * (i + .5) + 4)} {Svg.Number(Labels - 6)}) rotate(-60)");
            cells.Add(above);
            for (int j = 0; j < shown.Length; j++)
                cells.AddRange(Cell(columns[shown[i]], columns[shown[j]], matrix[shown[i]][shown[j]], i == j, most,
                    (Labels + size * j, Labels + size * i, size), hasText: size >= 28));
        }

        yield return Tag("figure.wide",
            Scale(most),
            Svg.Drawing(Labels + side + 60, Labels + side + 4, title, "The table of the largest values has the figures.", cells));
    }

    /// <summary>The drawing with its table: beside it where there are few columns, else below.</summary>
    public static XElement Beside(int columns, IEnumerable<XElement> drawing, XElement table) =>
        Tag(columns <= 16 ? "div.beside" : "div", drawing, table);

    private static IEnumerable<XElement> Cell(
        string row, string column, double value, bool isDiagonal, double most, (double X, double Y, double Size) at, bool hasText)
    {
        if (isDiagonal || !double.IsFinite(value))
        {
            yield return Svg.Box("undefined", at.X, at.Y, at.Size - 1, at.Size - 1, isDiagonal ? null : $"{row} and {column}: not defined");
            yield break;
        }

        XElement box = Svg.Box("heat", at.X, at.Y, at.Size - 1, at.Size - 1, $"{row} and {column}: {Figures.Score(value)}");
        box.SetAttributeValue("fill-opacity", Svg.Number(Opacity(value, most)));
        yield return box;
        if (hasText)
            yield return Svg.Text(value.ToString(".00", CultureInfo.InvariantCulture), at.X + at.Size / 2 - .5, at.Y + at.Size / 2 + 3,
                "middle", Opacity(value, most) > .6 ? "cell strong" : "cell");
    }

    private static XElement Scale(double most) => Tag("p.legend", Tag("span", "0 ",
        Tag("svg", ("viewBox", "0 0 120 16"), ("width", 120), ("height", 16), ("aria-hidden", "true"), Enumerable.Range(0, 12).Select(i =>
        {
            XElement box = Svg.Box("heat", 10 * i, 2, 10, 12);
            box.SetAttributeValue("fill-opacity", Svg.Number(Opacity((i + .5) / 12, 1)));
            return box;
        })),
        $" {Figures.Score(most)}"));

    private static double Opacity(double value, double most) => Math.Clamp(.04 + .96 * value / most, .04, 1);
}
