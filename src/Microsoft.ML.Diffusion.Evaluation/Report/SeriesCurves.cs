using System.Xml.Linq;
using Microsoft.ML.Diffusion.Evaluation.SeriesImputation;
using static Microsoft.ML.Diffusion.Evaluation.Report.Html;

namespace Microsoft.ML.Diffusion.Evaluation.Report;

/// <summary>Draws some series as people look at them: observed values, the filled line, its interval, and the true hidden values (as figure
/// 2 of Fortuin et al. 2020).</summary>
internal static class SeriesCurves
{
    private const double Width = 316;
    private const double Height = 172;

    /// <summary>The section of the page.</summary>
    public static IEnumerable<XElement> Section(ImputedSeriesResult result)
    {
        if (result.Curves.Count == 0)
        {
            yield return Note("No hidden cell is filled in, so there is nothing to draw.");
            yield break;
        }

        yield return Note("Of each variable with the most hidden cells some series, or parts of long ones, at equal steps of their error "
            + "from small to large.");
        yield return Legend.OfKeys(
            ([Svg.Dot("mark real", 11, 8, 3)], "observed"),
            ([Svg.Line("curve synthetic full", 1, 8, 21, 8)], "filled line"),
            ([Svg.Box("area synthetic", 1, 3, 20, 10)], "interval"),
            ([Svg.Dot("ring both", 11, 8, 3)], "true value of a hidden cell"));
        yield return Tag("div.panels", result.Curves.Select(curve => Panel(curve, result.Order)));
    }

    private static XElement Panel(ImputedSeriesCurve curve, string order) => Tag("figure",
        Tag("figcaption", Tag("strong", curve.Variable), curve.Series.Length > 0 ? $" of {curve.Series}" : null,
            $", error {Figures.Score(curve.MeanAbsoluteError)}"),
        Drawing(curve, order));

    private static XElement Drawing(ImputedSeriesCurve curve, string order)
    {
        // Times far from 0, such as those of dates, are told from the first one.
        double first = curve.Times[0], span = curve.Times[^1] - first, from = Math.Abs(first) > 2 * span ? first : 0;
        double[] times = [.. curve.Times.Select(time => time - from)];
        double[] line = [.. curve.Observed.Zip(curve.Filled, (seen, filled) => double.IsNaN(seen) ? filled : seen)];
        double[] points = [.. line.Concat(curve.Hidden).Where(double.IsFinite)];
        (double low, double high) = (points.Min(), points.Max());
        // Wide intervals may leave the drawing; the values may not.
        double room = 0.25 * (high - low);
        double lowest = Math.Max(low - room, curve.Lower.Where(double.IsFinite).Append(low).Min());
        double highest = Math.Min(high + room, curve.Upper.Where(double.IsFinite).Append(high).Max());
        double edge = 0.04 * (highest - lowest);
        var plot = new Plot((48, 8, Width - 8, Height - 38), (times[0], times[^1]), (lowest - edge, highest + edge));
        double radius = times.Length > 60 ? 2 : 2.6;
        return Svg.Drawing(Width, Height, $"{curve.Variable} of {curve.Series}: observed, filled-in and true values",
            "The JSON has the figures.",
            plot.YAxis(),
            plot.XAxis(from == 0 ? order : $"{order}, from the first one shown"),
            Runs(line).Select(run => Band(plot, times, curve, run)),
            Runs(line).Select(run => Svg.Path("curve synthetic full",
                Enumerable.Range(run.Start, run.Count).Select(t => (plot.X(times[t]), plot.Y(line[t]))))),
            Dots(plot, times, curve.Observed, "mark real", radius, "observed"),
            Dots(plot, times, curve.Hidden, "ring both", radius, "truth"));
    }

    /// <summary>The stretches of steps without a cell that stays missing.</summary>
    private static IEnumerable<(int Start, int Count)> Runs(double[] line)
    {
        for (int start = 0, end; start < line.Length; start = end + 1)
        {
            for (end = start; end < line.Length && double.IsFinite(line[end]); end++)
            {
            }

            if (end > start)
                yield return (start, end - start);
        }
    }

    /// <summary>Between the ends of the intervals, which close where a value was observed.</summary>
    private static XElement? Band(Plot plot, double[] times, ImputedSeriesCurve curve, (int Start, int Count) run)
    {
        int[] steps = [.. Enumerable.Range(run.Start, run.Count)
            .Where(t => double.IsFinite(curve.Observed[t]) || (double.IsFinite(curve.Lower[t]) && double.IsFinite(curve.Upper[t])))];
        if (!steps.Any(t => double.IsFinite(curve.Lower[t])))
            return null;
        double End(IReadOnlyList<double> ends, int t) => double.IsFinite(curve.Observed[t]) ? curve.Observed[t] : ends[t];
        return Svg.Path("area synthetic",
            steps.Select(t => (plot.X(times[t]), plot.Y(End(curve.Upper, t))))
                .Concat(steps.Reverse().Select(t => (plot.X(times[t]), plot.Y(End(curve.Lower, t))))),
            isClosed: true);
    }

    private static IEnumerable<XElement> Dots(
        Plot plot, double[] times, IReadOnlyList<double> values, string className, double radius, string what) =>
        Enumerable.Range(0, times.Length).Where(t => double.IsFinite(values[t])).Select(t => Svg.Dot(
            className, plot.X(times[t]), plot.Y(values[t]), radius, $"{what}: {Figures.Plain(values[t])}"));
}
