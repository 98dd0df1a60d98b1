using System.Xml.Linq;

namespace Microsoft.ML.Diffusion.Evaluation.Report;

/// <summary>Draws which columns are missing together: one line for each pattern, dark where a column is missing, with bars for the shares
/// of rows.</summary>
internal static class PatternDrawing
{
    /// <param name="columns">Names of the columns.</param>
    /// <param name="patterns">The missing columns of each pattern, and its shares of rows with the class of their bars.</param>
    public static XElement Of(IReadOnlyList<string> columns,
        IReadOnlyList<(IReadOnlyList<string> Missing, (string ClassName, double Share)[] Shares)> patterns)
    {
        const double Size = 20, Band = 26, Top = 110, Bars = 220;
        double left = (Size * columns.Count) + 16;
        double scale = Bars / Math.Max(patterns.Max(pattern => pattern.Shares.Max(share => share.Share)), 1e-9);
        var marks = new List<XElement>();
        for (int i = 0; i < columns.Count; i++)
        {
            XElement name = Svg.Text(Figures.Shorten(columns[i], 17), 0, 0);
            name.SetAttributeValue("transform", $"translate({Svg.Number((Size * (i + .5)) + 4)} {Svg.Number(Top - 6)}) rotate(-60)");
            marks.Add(name);
        }

        for (int row = 0; row < patterns.Count; row++)
        {
            double y = Top + (Band * row);
            for (int i = 0; i < columns.Count; i++)
                marks.Add(Svg.Box(patterns[row].Missing.Contains(columns[i], StringComparer.Ordinal) ? "missing" : "present",
                    Size * i, y + 3, Size - 2, Band - 6));
            for (int i = 0; i < patterns[row].Shares.Length; i++)
            {
                (string className, double share) = patterns[row].Shares[i];
                marks.Add(Svg.Box("area " + className, left, y + 3 + (10 * i), scale * share, 9));
                marks.Add(Svg.Text(Figures.Share(share), left + (scale * share) + 4, y + 11 + (11 * i), className: "tiny"));
            }
        }

        return Svg.Drawing(Math.Max(left + Bars + 60, 360), Top + (Band * patterns.Count) + 4, "Patterns of missing cells",
            "One line for each pattern: dark cells are missing; bars are the shares of rows. The table below has the figures.", marks);
    }
}
