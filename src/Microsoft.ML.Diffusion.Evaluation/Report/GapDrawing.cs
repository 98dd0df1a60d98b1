using System.Xml.Linq;
using Microsoft.ML.Diffusion.Evaluation.SeriesImputation;
using static Microsoft.ML.Diffusion.Evaluation.Report.Html;

namespace Microsoft.ML.Diffusion.Evaluation.Report;

/// <summary>Draws how errors grow with the length of the gap, beside those of simple methods.</summary>
internal static class GapDrawing
{
    // In the order of SeriesBaselines.Names, then what is judged.
    private static readonly string[] s_classes = ["yardstick", "both", "real", "synthetic full"];

    /// <summary>What a bin of lengths is called.</summary>
    public static string Name(ImputedSeriesGap gap) => double.IsInfinity(gap.UpTo) ? "nothing observed"
        : gap.MoreThan == 0 ? $"up to {Figures.Plain(gap.UpTo)}"
        : $"{Figures.Plain(gap.MoreThan)} to {Figures.Plain(gap.UpTo)}";

    /// <summary>The drawing with its legend.</summary>
    public static XElement Figure(ImputedSeriesResult result)
    {
        ImputedSeriesGap[] gaps = [.. result.Gaps.Where(gap => gap.Figures.FilledCells > 0)];
        double[] at = [.. gaps.Index().Select(pair => (double)pair.Index)];
        string[] names = [.. SeriesBaselines.Names, "this file"];
        double[][] errors = [.. names.Select((_, i) => (double[])[.. gaps.Select(gap => i < SeriesBaselines.Names.Count
            ? gap.Figures.Baselines[i].MeanAbsoluteError : gap.Figures.MeanAbsoluteError)])];
        double top = errors.SelectMany(all => all).Where(double.IsFinite).DefaultIfEmpty(1).Max();
        var plot = new Plot((40, 10, 392, 180), (-0.5, gaps.Length - 0.5), (0, top * 1.05));
        return Tag("figure.wide", Tag("figcaption", Tag("strong", "Mean absolute error"), " in standard deviations"),
            Legend.OfKeys([.. names.Select((name, i) => (Key(s_classes[i]), name))]),
            Svg.Drawing(400, 218, "Error by the length of the gap", "The table below has the figures.",
                plot.YAxis(about: 6),
                plot.XAxis(at, [.. gaps.Select(Shortly)], $"gaps up to this length, in {result.Order}"),
                errors.Select((values, i) => plot.Curve("curve " + s_classes[i], at, values)),
                errors.SelectMany((values, i) => values.Index().Where(pair => double.IsFinite(pair.Item)).Select(pair => Svg.Dot(
                    "mark " + s_classes[i], plot.X(pair.Index), plot.Y(pair.Item), 3,
                    $"{names[i]}, {Name(gaps[pair.Index])}: {Figures.Score(pair.Item)}")))));
    }

    // So that a dozen of them fit side by side.
    private static string Shortly(ImputedSeriesGap gap) => double.IsInfinity(gap.UpTo) ? "none" : Axis.Texts([gap.UpTo])[0];

    private static XElement[] Key(string className) =>
        [Svg.Line("curve " + className, 1, 8, 21, 8), Svg.Dot("mark " + className, 11, 8, 3)];
}
