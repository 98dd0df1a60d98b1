using System.Xml.Linq;
using Microsoft.ML.Diffusion.Evaluation.Results;

namespace Microsoft.ML.Diffusion.Evaluation.Report;

/// <summary>Writes <c>report.html</c>: an <see cref="EvaluationResult"/> as a page for people. One file with its drawings inside; it has
/// no script
/// and asks for nothing from elsewhere, so that it opens offline, can be mailed, and prints.</summary>
public static class EvaluationReport
{
    /// <summary>Writes the page. It is well-formed XML too. The figures that its tables round stand in full in the value of their data
    /// elements.</summary>
    /// <param name="result">The result; what it lacks is left out with a sentence.</param>
    /// <param name="writer">Where the text goes, to be encoded in UTF-8; left open.</param>
    public static void Write(EvaluationResult result, TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(writer);
        ReportPage.Write(writer, "Synthetic rows against real ones", Lead(result.Setup), Sections(result), result.Origin);
    }

    /// <summary>Every drawing of the page as a file of its own, for slides and papers: on white, with its legend.</summary>
    /// <param name="result">The result.</param>
    public static IReadOnlyList<ReportDrawing> Drawings(EvaluationResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return ReportDrawing.Of(Sections(result));
    }

    private static (string Id, string Heading, IEnumerable<XElement> Content)[] Sections(EvaluationResult result) =>
    [
        ("verdict", "In short", VerdictSection.Build(result.Verdicts)),
        ("utility", "What the rows are worth to learn from", UtilitySection.Build(result.Utility)),
        ("augmentation", "What adding them to the real rows does", AugmentationSection.Build(result.Utility)),
        ("fidelity", "How much they resemble the real rows", FidelitySection.Build(result.Fidelity)),
        ("numbers", "Numbers, column by column", NumberSection.Build(result)),
        ("categories", "Categories, column by column", CategorySection.Build(result)),
        ("columns", "Every column in figures", ColumnSection.Build(result)),
        ("correlations", "Whether columns still go together", CorrelationSection.Build(result.Correlations)),
        ("trends", "Trends of pairs", TrendSection.Build(result.Fidelity.Pairs)),
        ("dimensions", "Columns of two values", DimensionSection.Build(result.Fidelity)),
        ("privacy", "Whether they give real rows away", PrivacySection.Build(result.Privacy)),
        ("missingness", "What is missing", MissingnessSection.Build(result)),
        ("method", "How this was measured", MethodSection.Build(result)),
    ];

    private static string Lead(EvaluationSetup setup) =>
        $"{Figures.Count(setup.SyntheticRows)} synthetic rows of {setup.ColumnCount} columns, learnt from {Figures.Count(setup.RealRows)} real rows"
        + (setup.TestRows > 0 ? $" and judged beside {Figures.Count(setup.TestRows)} real rows that were held out" : "")
        + (setup.LabelColumn == null ? "." : $". The column to predict is “{setup.LabelColumn}”.");
}
