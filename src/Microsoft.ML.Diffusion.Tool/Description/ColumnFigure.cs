using System.Globalization;
using System.Xml.Linq;
using Microsoft.ML.Diffusion.Evaluation.Report;
using Microsoft.ML.Diffusion.Models.Roles;
using static Microsoft.ML.Diffusion.Evaluation.Report.Html;

namespace Microsoft.ML.Diffusion.Tool.Description;

/// <summary>A column in a small picture with its role, range, missing cells and the reason.</summary>
internal static class ColumnFigure
{
    private const int Parts = 24, MostBars = 10, LongestText = 60;
    private const double SecondsPerDay = 86400;

    /// <summary>The figure.</summary>
    public static XElement Of(ColumnProfile profile) => Tag("figure",
        Tag("figcaption", Tag("strong", profile.Name), " ", profile.Role.ToName(),
            profile.Role != ColumnRole.Number && profile.Entry.Format is { } format ? $" {format}" : null),
        Drawing(profile),
        Tag("dl.facts", Facts(profile).Select(fact => new[] { Tag("dt", fact.Name), Tag("dd", fact.Text) })),
        Note(profile.Reason));

    private static IEnumerable<(string Name, string Text)> Facts(ColumnProfile profile)
    {
        ColumnStatistics statistics = profile.Statistics;
        if (profile.Entry is { Min: { } minimum, Max: { } maximum })
            yield return ("range", $"{minimum} to {maximum}");
        else if (profile.Role.IsIdentifying())
            yield return ("values", "not shown: they may name people");
        yield return ("different", (statistics.IsDistinctEstimated ? "about " : string.Empty) + Figures.Count(statistics.Distinct));
        string share = statistics.Rows > 0 && statistics.Missing > 0 ? $" ({Figures.Share(statistics.Missing / (double)statistics.Rows)})"
            : string.Empty;
        yield return ("missing", Figures.Count(statistics.Missing) + share);
        foreach (MissingMark mark in statistics.Marks)
            yield return (mark.IsSuggestion ? "possible mark" : "mark", $"{Cut(mark.Text)} in {Figures.Count(mark.Count)} rows");
        foreach (SpellingVariants variants in statistics.Variants.Take(3))
            yield return ("one value?", string.Join(", ", variants.Others.Prepend(variants.Preferred).Select(Spelling)));
    }

    private static string Spelling(ValueCount value) => $"\u2018{Cut(value.Value)}\u2019 {Figures.Count(value.Count)}";

    private static XElement? Drawing(ColumnProfile profile) =>
        ValueHistogram.Of(profile, Parts) is { } histogram ? Numbers(profile, histogram)
            : profile.Role.IsCategorical() && profile.Statistics.Values.Count > 0 ? Categories(profile)
            : null;

    private static XElement Numbers(ColumnProfile profile, ValueHistogram histogram)
    {
        double[] edges = histogram.Edges;
        double unit = profile.Role == ColumnRole.Date ? SecondsPerDay : 1;
        var plot = new Plot((16, 8, 296, 104), (edges[0], edges[^1]), (0, histogram.Counts.Max() * 1.03));
        RoleCodec codec = profile.CreateCodec();
        (double[] marks, string[] texts) = profile.Role switch
        {
            ColumnRole.Date or ColumnRole.Timestamp => TimeAxis.Between(edges[0] * unit, edges[^1] * unit),
            ColumnRole.Time or ColumnRole.Duration => Ends(profile, codec),
            _ when histogram.IsByValue => AtValues(edges),
            _ => ([], []),
        };
        return Svg.Drawing(316, 126, $"{profile.Name}: how its values are spread",
            "One bar for each part of the range; its tip has the count.",
            histogram.Counts.Select((count, i) => Svg.Box("area real", plot.X(edges[i]) + .5, plot.Y(count),
                plot.X(edges[i + 1]) - plot.X(edges[i]) - 1, plot.Y(0) - plot.Y(count),
                    $"{Part(codec, histogram, i)}: {Figures.Count(count)}")),
            marks.Length > 0 ? plot.XAxis([.. marks.Select(mark => mark / unit)], texts) : plot.XAxis());
    }

    // Bars of single values have no marks between them.
    private static (double[], string[]) AtValues(double[] edges)
    {
        double width = edges[1] - edges[0], first = edges[0] + (width / 2), last = edges[^1] - (width / 2);
        double[] marks = [.. Axis.Marks(first, last, 5).Where(mark => Math.Abs(Math.IEEERemainder(mark - first, width)) < width * 1e-3)];
        return (marks, Axis.Texts(marks));
    }

    private static (double[], string[]) Ends(ColumnProfile profile, RoleCodec codec)
    {
        (double minimum, double maximum) = (profile.Statistics.Min, profile.Statistics.Max);
        double[] marks = [minimum + ((maximum - minimum) * .1), minimum + ((maximum - minimum) * .9)];
        return (marks, [.. marks.Select(codec.Format)]);
    }

    private static string Part(RoleCodec codec, ValueHistogram histogram, int i)
    {
        (double from, double to) = (histogram.Edges[i], histogram.Edges[i + 1]);
        return histogram.IsByValue ? codec.Format((from + to) / 2) : $"{codec.Format(from)} to {codec.Format(to)}";
    }

    private static XElement Categories(ColumnProfile profile)
    {
        const double Left = 118, Right = 256, Band = 17;
        ValueCount[] bars = [.. profile.Statistics.Values.Take(MostBars)];
        double all = Math.Max(1, profile.Statistics.Observed), scale = (Right - Left) / (bars.Max(bar => bar.Count) / all);
        long others = profile.Statistics.Distinct - bars.Length;
        return Svg.Drawing(316, (Band * bars.Length) + (others > 0 ? 20 : 4), $"{profile.Name}: how frequent its values are",
            "Shares of the observed cells.",
            Svg.Line("axis", Left, 0, Left, Band * bars.Length),
            bars.Select((bar, i) => new[]
            {
                Svg.Text(Figures.Shorten(bar.Value, 18), Left - 6, (Band * i) + 13, "end"),
                Svg.Box("area real", Left, (Band * i) + 3, scale * bar.Count / all, 12, $"{Cut(bar.Value)}: {Figures.Count(bar.Count)}"),
                Svg.Text(Figures.Share(bar.Count / all), Left + (scale * bar.Count / all) + 4, (Band * i) + 13, className: "tiny"),
            }),
            others > 0 ? Svg.Text($"and {others.ToString("#,0", CultureInfo.InvariantCulture)} others", Left, (Band * bars.Length) + 14,
                className: "label") : null);
    }

    private static string Cut(string text) => Figures.Shorten(text, LongestText);
}
