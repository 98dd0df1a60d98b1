using System.Xml.Linq;
using Microsoft.ML.Diffusion.Evaluation.Results;
using Microsoft.ML.Diffusion.Models.Tables;
using static Microsoft.ML.Diffusion.Evaluation.Report.Html;

namespace Microsoft.ML.Diffusion.Evaluation.Report;

/// <summary>The figures of the whole table beside their yardsticks.</summary>
internal static class FidelitySection
{
    private static readonly (string Name, string Best, Func<double, string> Format, Func<FidelityScores, double> Value)[] s_measures =
    [
        ("Shapes of columns", "1", Figures.Score, scores => scores.Shapes),
        ("Trends of pairs, those that go together (newer form)", "1", Figures.Score, scores => scores.TrendsAssociatedPairs),
        ("Trends of pairs, all (older form)", "1", Figures.Score, scores => scores.TrendsAllPairs),
        ("Quality: mean of shapes and trends (newer form)", "1", Figures.Score, scores => scores.QualityAssociatedPairs),
        ("Quality (older form)", "1", Figures.Score, scores => scores.QualityAllPairs),
        ("Told from real rows by logistic regression, AUC", "0.5", Figures.Score, scores => scores.DetectionLogistic),
        ("Told from real rows by boosted trees, AUC", "0.5", Figures.Score, scores => scores.DetectionTrees),
        ("Coverage of ranges and categories", "100 %", Figures.Share, scores => scores.Coverage),
        ("Rare categories that occur", "100 %", Figures.Share, scores => scores.RareCategoryRecall),
        ("Columns of two values: correlation rho of probabilities", "1", Figures.Score, scores => scores.DimensionCorrelation),
        ("Columns of two values: summed absolute error", "0", Figures.Score, scores => scores.DimensionAbsoluteError),
    ];

    public static IEnumerable<XElement> Build(FidelityResult fidelity)
    {
        FidelityScores[] all = [fidelity.Scores, .. fidelity.Yardsticks];
        yield return Note("A figure means little alone: the other columns say what it is for other rows held against the same real ones. "
            + "Two halves of the real rows differ by chance only: no generator needs to do better.");
        yield return Table("The whole table", [WordHeading("Measure"), .. all.Select(scores => RowsHeading(scores)), Heading("best")],
            s_measures.Where(measure => all.Any(scores => double.IsFinite(measure.Value(scores)))).Select(measure => Tag("tr",
                RowHeading(measure.Name),
                all.Select(scores => Figure(measure.Value(scores), measure.Format)),
                Tag("td.number", measure.Best))));
    }

    private static XElement RowsHeading(FidelityScores scores)
    {
        XElement heading = Heading(Figures.NameOf(scores.Name));
        heading.Add(Tag("small", $" {Figures.Count(scores.Rows)} rows"));
        return heading;
    }
}
