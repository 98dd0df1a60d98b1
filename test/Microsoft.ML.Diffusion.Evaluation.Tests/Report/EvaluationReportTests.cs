using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using Microsoft.ML.Diffusion.Evaluation;
using Microsoft.ML.Diffusion.Evaluation.Fidelity;
using Microsoft.ML.Diffusion.Evaluation.Report;
using Microsoft.ML.Diffusion.Evaluation.Results;

namespace Microsoft.ML.Diffusion.Evaluation.Tests;

public class EvaluationReportTests
{
    private const string Hostile = "a<script>alert(1)</script>&\"'\u0001 style=x ]]> -- \ud800";

    [Fact]
    public void It_is_well_formed_and_has_every_section()
    {
        XElement page = Parse(Text(ExampleResult.Build()));
        XElement[] sections = [.. page.Descendants("section")];
        Assert.Equal(13, sections.Length);
        Assert.All(sections, section => Assert.NotEmpty(section.Elements().Skip(1)));
        Assert.Equal(sections.Select(section => "#" + section.Attribute("id")!.Value),
            page.Descendants("nav").Elements().Select(link => link.Attribute("href")!.Value));
    }

    [Fact]
    public void It_asks_for_nothing_from_elsewhere_and_runs_nothing()
    {
        XElement page = Parse(Text(ExampleResult.Build(name: i => Hostile + i)));
        string[] forbidden = ["script", "link", "img", "image", "iframe", "object", "embed", "use", "foreignObject", "base", "form"];
        Assert.DoesNotContain(page.DescendantsAndSelf(), element => forbidden.Contains(element.Name.LocalName));
        Assert.All(page.Descendants().Attributes("href"), link => Assert.StartsWith("#", link.Value, StringComparison.Ordinal));
        Assert.DoesNotContain(page.Descendants().Attributes(), attribute =>
            attribute.Name.LocalName is "src" or "srcset" || attribute.Name.LocalName.StartsWith("on", StringComparison.OrdinalIgnoreCase));
        string style = page.Descendants("style").Single().Value;
        Assert.DoesNotMatch("url|@import|expression", style);
        // A style sheet is not unescaped by HTML parsers.
        Assert.DoesNotMatch("[<>&]", style);
    }

    [Fact]
    public void The_style_sheet_is_written_as_it_is()
    {
        // HTML parsers do not read references in it: with one the fonts' names are not understood.
        string text = Text(ExampleResult.Build()), style = text[(text.IndexOf("<style>", StringComparison.Ordinal) + 7)..text.IndexOf("</style>", StringComparison.Ordinal)];
        Assert.DoesNotMatch("&[a-z#]", style);
        Assert.Contains("\"Segoe UI\"", style);
    }

    [Fact]
    public void Tables_hold_the_figures_in_full_and_rounded()
    {
        EvaluationResult result = ExampleResult.Build();
        XElement page = Parse(Text(result));
        Holds(page, "utility", [.. result.Utility!.Scores.Select(score => score.Mean),
            .. result.Utility.Scores.Select(score => score.StandardDeviation)]);
        Holds(page, "augmentation", result.Utility.Augmentation.Select(point => point.Mean));
        foreach (FidelityScores scores in result.Fidelity.Yardsticks.Prepend(result.Fidelity.Scores))
            Holds(page, "fidelity",
                [
                    scores.Shapes, scores.TrendsAllPairs, scores.TrendsAssociatedPairs, scores.QualityAllPairs,
                    scores.QualityAssociatedPairs, scores.DetectionLogistic,
                    scores.DetectionTrees, scores.Coverage, scores.RareCategoryRecall, scores.DimensionCorrelation, scores.DimensionAbsoluteError,
                ]);
        Holds(page, "columns", result.Fidelity.Shapes.SelectMany(shape => new[] { shape.Score, shape.Coverage }));
        Holds(page, "columns", result.Columns.SelectMany(column => new[] { column.Real, column.Synthetic })
            .SelectMany(cells => new[] { cells.Mean, cells.StandardDeviation, cells.Median, cells.Distinct }));
        Holds(page, "correlations", [result.Correlations.MeanAbsoluteDifference, result.Correlations.AbsoluteDifference.Max(row => row.Max())]);
        Holds(page, "trends", [result.Fidelity.Pairs.Scores.Min(row => row.Min())]);
        Holds(page, "dimensions", result.Fidelity.DimensionProbabilities.SelectMany(column => new[] { column.Real, column.Synthetic }));
        PrivacyResult privacy = result.Privacy!;
        Holds(page, "privacy", [privacy.ExactCopies, privacy.HeldOutExactCopies, privacy.NearCopies, privacy.HeldOutNearCopies,
            privacy.ShareNearerToReal, privacy.MembershipAuc, privacy.MembershipTruePositives, privacy.OutlyingTruePositives,
            .. privacy.Yardsticks.SelectMany(other => new[]
            {
                other.MembershipAuc, other.MembershipTruePositives, other.OutlyingTruePositives,
            })]);
        foreach (QuantileSummary quantiles in new[]
            { privacy.SyntheticToReal, privacy.SyntheticToHeldOut, privacy.HeldOutToReal, privacy.NearestRatio, privacy.HeldOutNearestRatio })
            Holds(page, "privacy", [quantiles.Mean, quantiles.Minimum, quantiles.Quantile05, quantiles.Quantile25, quantiles.Median,
                quantiles.Quantile75, quantiles.Quantile95, quantiles.Maximum]);
        Holds(page, "missingness", result.Missingness.Patterns.SelectMany(pattern => new[] { pattern.Real, pattern.Synthetic }));
        Assert.All(page.Descendants("data"), data => Assert.True(Matches(Value(data), data.Value), $"{Value(data)} is shown as {data.Value}"));
    }

    [Fact]
    public void The_augmentation_curve_is_that_of_the_main_metric()
    {
        XElement section = Section(Parse(Text(ExampleResult.Build())), "augmentation");
        Assert.All(section.Descendants("svg"), panel => Assert.Equal(5, panel.Elements("circle").Count()));
        Assert.Contains("(AUC)", section.Descendants("caption").First().Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_from_data_stay_text()
    {
        XElement page = Parse(Text(ExampleResult.Build(name: i => Hostile + i)));
        // What XML does not know is replaced; all else is as it was.
        string shown = Hostile.Replace('\u0001', '\ufffd').Replace('\ud800', '\ufffd');
        Assert.Contains(page.Descendants("th"), heading => heading.Value == shown + "3");
        Assert.Contains(page.Descendants("strong"), name => name.Value == shown + "3");
    }

    [Fact]
    public void What_was_not_measured_is_left_out_with_a_sentence()
    {
        EvaluationResult full = ExampleResult.Build();
        double nan = double.NaN;
        double[][] undefined = [.. full.Columns.Select(_ => full.Columns.Select(_ => nan).ToArray())];
        XElement page = Parse(Text(full with
        {
            Verdicts = [],
            Utility = null,
            Privacy = null,
            Fidelity = full.Fidelity with
            {
                Pairs = full.Fidelity.Pairs with { Scores = undefined },
                DimensionProbabilities = [],
                Scores = full.Fidelity.Scores with { DetectionTrees = nan, DimensionCorrelation = nan },
                Shapes = [],
            },
            Columns = [.. full.Columns.Select(column => column with
            {
                Histogram = null, Density = null, Categories = [], Real = column.Real with { Mean = nan },
            })],
            Correlations = full.Correlations with { AbsoluteDifference = undefined, MeanAbsoluteDifference = nan },
            Missingness = new MissingnessComparison(0, 0, [], 0),
        }));
        foreach (string id in new[] { "verdict", "utility", "augmentation", "correlations", "trends", "dimensions", "privacy", "missingness" })
        {
            XElement section = Section(page, id);
            Assert.Empty(section.Descendants("table"));
            Assert.NotEmpty(section.Elements("p").Single().Value);
        }

        Assert.DoesNotContain("NaN", page.Value, StringComparison.Ordinal);
        Assert.Contains("–", Section(page, "fidelity").Value, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(double.MaxValue, 1)]
    [InlineData(-1e-300, 1e-300)]
    public void A_column_of_odd_numbers_is_drawn(double low, double high)
    {
        EvaluationResult result = ExampleResult.Build();
        ColumnDistribution odd = result.Columns[0] with
        {
            Real = new CellSummary(0, low, 0, low, low, high, 1),
            Histogram = new HistogramPair([Math.Min(low, high), Math.Max(low, high)], [1], [double.NaN]),
            Density = null,
        };
        XElement page = Parse(Text(result with { Columns = [odd, .. result.Columns.Skip(1)] }));
        Assert.DoesNotMatch("NaN|Infinity|∞", string.Concat(page.Descendants().Attributes().Select(attribute => attribute.Value)));
    }

    [Fact]
    public void Of_many_columns_the_least_alike_come_first_and_the_matrices_stay_legible()
    {
        EvaluationResult result = ExampleResult.Build(90);
        string text = Text(result);
        XElement page = Parse(text);
        string worst = result.Fidelity.Shapes.Where(shape => shape.Metric == "ksComplement").MinBy(shape => shape.Score)!.Column;
        XElement numbers = Section(page, "numbers");
        Assert.Equal(worst, numbers.Descendants("strong").First().Value);
        Assert.Equal(60, numbers.Descendants("svg").Count(drawing => drawing.Attribute("role") != null));
        Assert.True(numbers.Elements("div").Single().Elements("figure").Count() < 25, "Most columns are folded away.");
        Assert.Equal(40 * 39, Section(page, "correlations").Descendants("rect").Count(cell => cell.Element("title") != null));
        Assert.True(text.Length < 2_000_000, $"{text.Length} characters");
    }

    [Fact]
    public void The_same_result_gives_the_same_page() => Assert.Equal(Text(ExampleResult.Build()), Text(ExampleResult.Build()));

    internal static string Text(EvaluationResult result)
    {
        using var writer = new StringWriter();
        EvaluationReport.Write(result, writer);
        return writer.ToString();
    }

    private static XElement Parse(string text)
    {
        using var reader = XmlReader.Create(new StringReader(text), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XDocument.Load(reader).Root!;
    }

    private static XElement Section(XElement page, string id) => page.Descendants("section").Single(section => section.Attribute("id")!.Value == id);

    private static void Holds(XElement page, string id, IEnumerable<double> figures)
    {
        HashSet<double> shown = [.. Section(page, id).Descendants("data").Select(Value)];
        Assert.All(figures.Where(double.IsFinite), figure => Assert.Contains(figure, shown));
    }

    private static double Value(XElement data) => double.Parse(data.Attribute("value")!.Value, CultureInfo.InvariantCulture);

    /// <summary>Whether a text is the value, rounded to its last digit.</summary>
    private static bool Matches(double value, string text)
    {
        if (text == "< 0.1 %")
            return value < .001;
        string digits = string.Concat(text.Where(c => !", %".Contains(c, StringComparison.Ordinal))).Replace('−', '-');
        double shown = double.Parse(digits, CultureInfo.InvariantCulture) / (text.EndsWith('%') ? 100 : 1);
        int point = digits.IndexOf('.', StringComparison.Ordinal);
        int decimals = (point < 0 ? 0 : digits.Length - point - 1) + (text.EndsWith('%') ? 2 : 0);
        return Math.Abs(shown - value) <= .51 * Math.Pow(10, -decimals);
    }
}
