using Microsoft.ML.Diffusion.Evaluation.Results;

namespace Microsoft.ML.Diffusion.Evaluation;

/// <summary>Names the figures that are not defined for the tables, each with its reason.</summary>
internal static class UndefinedFigures
{
    public static IEnumerable<UndefinedFigure> Of(
        UtilityResult? utility, FidelityResult fidelity, IReadOnlyList<ColumnDistribution> columns, CorrelationComparison correlations) =>
        [.. OfUtility(utility), .. OfFidelity(fidelity.Scores), .. OfColumns(columns, fidelity.Shapes), .. OfCorrelations(correlations)];

    private static IEnumerable<UndefinedFigure> OfUtility(UtilityResult? utility)
    {
        if (utility is null)
            yield break;
        IEnumerable<string> undefined = utility.Scores.Where(score => double.IsNaN(score.Mean)).Select(score => score.Metric);
        foreach (string metric in undefined.Distinct(StringComparer.Ordinal))
            yield return new($"utility.scores[{metric}].mean", utility.UndefinedReason ?? "test rows and predictions hold too few classes");
        if (utility.UndefinedReason is { } reason)
            yield return new("utility.addedMinusReal", reason);
        else if (utility.AddedMinusReal is { } added && double.IsNaN(added.Lower))
            yield return new("utility.addedMinusReal.lower", WhyNoInterval(utility));
        if (utility.Seeds == 1)
            yield return new("utility.scores[].standardDeviation", "each training was run once");
    }

    /// <summary>Why there is no interval of a difference, as a clause that follows "because".</summary>
    public static string WhyNoInterval(UtilityResult utility) => $"most resamples of the {utility.TestRows} test rows lack a class";

    private static IEnumerable<UndefinedFigure> OfFidelity(FidelityScores scores)
    {
        (string Name, double Value, string Reason)[] figures =
        [
            ("shapes", scores.Shapes, "no column has values in both tables"),
            ("trendsAllPairs", scores.TrendsAllPairs, WhyNoPairs),
            ("trendsAssociatedPairs", scores.TrendsAssociatedPairs, "no two columns go together in the real rows"),
            ("detectionLogistic", scores.DetectionLogistic, WhyNoDetection),
            ("detectionTrees", scores.DetectionTrees, WhyNoDetection),
            ("coverage", scores.Coverage, "no column has values in the real rows"),
            ("rareCategoryRecall", scores.RareCategoryRecall, "no category is rare in the real rows"),
            ("dimensionCorrelation", scores.DimensionCorrelation, "it takes two columns of two values that are not equally frequent"),
            ("dimensionAbsoluteError", scores.DimensionAbsoluteError, "no column has two values"),
        ];
        return figures.Where(figure => double.IsNaN(figure.Value))
            .Select(figure => new UndefinedFigure("fidelity.scores." + figure.Name, figure.Reason));
    }

    /// <summary>Why trends of pairs are not defined.</summary>
    public const string WhyNoPairs = "it takes two columns that vary in both tables";

    /// <summary>Why detection is not defined.</summary>
    public static string WhyNoDetection { get; } = $"it takes {Detection.FewestRows} rows of each kind";

    private static IEnumerable<UndefinedFigure> OfColumns(IReadOnlyList<ColumnDistribution> columns, IReadOnlyList<ColumnShape> shapes)
    {
        foreach ((ColumnDistribution column, ColumnShape shape) in columns.Zip(shapes))
        {
            if (double.IsNaN(shape.Score))
                yield return new($"fidelity.shapes[{column.Column}].score", $"the column has no values in {Which(column, 0)}");
            else if (column.Real.Distinct == 1 || column.Synthetic.Distinct == 1)
                yield return new($"correlations[{column.Column}]", $"the column is constant in {Which(column, 1)}");
        }
    }

    private static string Which(ColumnDistribution column, int distinct) =>
        (column.Real.Distinct == distinct, column.Synthetic.Distinct == distinct) switch
        {
            (true, true) => "both tables",
            (true, false) => "the real rows",
            _ => "the synthetic rows",
        };

    private static IEnumerable<UndefinedFigure> OfCorrelations(CorrelationComparison correlations) =>
        double.IsNaN(correlations.MeanAbsoluteDifference) ? [new("correlations.meanAbsoluteDifference", WhyNoPairs)] : [];
}
