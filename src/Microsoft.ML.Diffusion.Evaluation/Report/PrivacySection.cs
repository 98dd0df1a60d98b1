using System.Xml.Linq;
using Microsoft.ML.Diffusion.Evaluation.Privacy;
using Microsoft.ML.Diffusion.Evaluation.Results;
using Microsoft.ML.Diffusion.Models.Tables;
using static Microsoft.ML.Diffusion.Evaluation.Report.Html;

namespace Microsoft.ML.Diffusion.Evaluation.Report;

/// <summary>The membership attack; distances to the closest row, drawn and in quantiles; copies, each beside what held-out rows
/// give.</summary>
internal static class PrivacySection
{
    private static readonly string[] s_quantiles = ["mean", "minimum", "5 %", "25 %", "median", "75 %", "95 %", "maximum"];

    public static IEnumerable<XElement> Build(PrivacyResult? privacy)
    {
        if (privacy == null)
            return [Note("Not measured: it takes held-out real rows, which nobody learnt from, as the yardstick.")];
        return
        [
            Table("Who was learnt from: the nearer a row's closest synthetic row, the likelier an attacker takes it for one",
                [WordHeading("Rows of"), Heading("found at 1 % mistaken"), Heading("of the outlying tenth"), Heading("AUC")],
                [
                    Row("those judged", privacy.MembershipTruePositives, privacy.OutlyingTruePositives, privacy.MembershipAuc),
                    .. privacy.Yardsticks.Select(other => Row(
                        Figures.NameOf(other.Name), other.MembershipTruePositives, other.OutlyingTruePositives, other.MembershipAuc)),
                    Row("guessing", MembershipAttack.FalsePositives, MembershipAttack.FalsePositives, 0.5),
                ]),
            Note("Rows that were learnt by heart lie nearer to the real rows they came from than rows that nobody learnt from. "
                + "The yardstick is how near held-out real rows lie."),
            .. Drawing(privacy.DistanceHistogram),
            Table("Copies and distances", [WordHeading("Measure"), Heading("synthetic"), Heading("held-out rows"), Heading("harmless")],
                [
                    Row("Exact copies of a real row", privacy.ExactCopies, privacy.HeldOutExactCopies, Figures.Share, "as held-out"),
                    Row($"Within {Figures.Plain(privacy.NearCopyDistance)} of a real row",
                        privacy.NearCopies, privacy.HeldOutNearCopies, Figures.Share, "as held-out"),
                    Row("Nearer to a real row than to any held-out one", privacy.ShareNearerToReal, double.NaN, Figures.Share, "50 %"),
                ]),
            Table("Distances to the closest row, and their ratios to the second closest",
                [WordHeading("Quantity"), .. s_quantiles.Select(Heading)],
                [
                    Row("Synthetic to real", privacy.SyntheticToReal),
                    Row("Synthetic to held-out", privacy.SyntheticToHeldOut),
                    Row("Held-out to real (yardstick)", privacy.HeldOutToReal),
                    Row("Ratio, synthetic", privacy.NearestRatio),
                    Row("Ratio, held-out (yardstick)", privacy.HeldOutNearestRatio),
                ]),
        ];
    }

    private static XElement Row(string name, double synthetic, double heldOut, Func<double, string> format, string harmless) =>
        Tag("tr", RowHeading(name), Figure(synthetic, format), double.IsNaN(heldOut) ? Tag("td") : Figure(heldOut, format),
            Tag("td.number", harmless));

    private static XElement Row(string name, double found, double outlying, double auc) => Tag("tr",
        RowHeading(name), Figure(found, Figures.Share), Figure(outlying, Figures.Share), Figure(auc, Figures.Score));

    private static XElement Row(string name, QuantileSummary summary) =>
        Tag("tr", RowHeading(name), new[]
        {
            summary.Mean, summary.Minimum, summary.Quantile05, summary.Quantile25, summary.Median,
            summary.Quantile75, summary.Quantile95, summary.Maximum,
        }.Select(value => Figure(value, Figures.Score)));

    private static IEnumerable<XElement> Drawing(DistanceHistogram histogram)
    {
        double top = new[] { histogram.SyntheticToReal, histogram.SyntheticToHeldOut, histogram.HeldOutToReal }
            .SelectMany(shares => shares).Where(double.IsFinite).DefaultIfEmpty(0).Max();
        if (histogram.Edges.Count < 2 || top <= 0)
            yield break;
        var plot = new Plot((64, 10, 700, 210), (histogram.Edges[0], histogram.Edges[^1]), (0, 100 * top * 1.05));
        double[] Percent(IReadOnlyList<double> shares) => [.. shares.Select(share => double.IsFinite(share) ? 100 * share : 0)];
        yield return Tag("figure.wide",
            Legend.Of(("real", "held-out rows to the closest real row (yardstick)"), ("synthetic", "synthetic rows to the closest real row"),
                ("both none", "synthetic rows to the closest held-out row")),
            Svg.Drawing(720, 250, "Distance to the closest row", "Histograms; the table of quantiles has the figures.",
                plot.YAxis("% of rows"), plot.XAxis("distance; the last bar holds all beyond it", 8),
                plot.Steps("area real", histogram.Edges, Percent(histogram.HeldOutToReal)),
                plot.Steps("area synthetic", histogram.Edges, Percent(histogram.SyntheticToReal)),
                plot.Steps("curve real", histogram.Edges, Percent(histogram.HeldOutToReal)),
                plot.Steps("curve both", histogram.Edges, Percent(histogram.SyntheticToHeldOut)),
                plot.Steps("curve synthetic", histogram.Edges, Percent(histogram.SyntheticToReal))));
    }
}
