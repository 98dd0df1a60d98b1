namespace Microsoft.ML.Diffusion.Evaluation.Results;

/// <summary>The figures of one set of rows held against the real ones. Shapes, trends and quality are SDMetrics' (1 is best).</summary>
/// <param name="Name">Whose rows they are: "synthetic", "half of real", "smote", "cart".</param>
/// <param name="Rows">How many rows.</param>
/// <param name="Shapes">Mean shape score of the columns.</param>
/// <param name="TrendsAllPairs">Mean trend score of all pairs of columns: the older form of the quality report.</param>
/// <param name="TrendsAssociatedPairs">Mean trend score of the pairs that go together in the real table, with an absolute correlation above
/// <see cref="PairTrends.CorrelationThreshold"/> or a Cramér's V above <see cref="PairTrends.AssociationThreshold"/>: the newer
/// form.</param>
/// <param name="QualityAllPairs">Mean of shapes and <see cref="TrendsAllPairs"/>: the older form.</param>
/// <param name="QualityAssociatedPairs">Mean of shapes and <see cref="TrendsAssociatedPairs"/>: the newer form; shapes alone where no pair
/// goes together.</param>
/// <param name="DetectionLogistic">Cross-validated AUC of a logistic regression that tells these rows from real ones; 0.5 is best.</param>
/// <param name="DetectionTrees">The same of boosted trees.</param>
/// <param name="DetectionRows">How many rows of each kind the two were given.</param>
/// <param name="Coverage">Mean over columns of the share of the real range, or of the real categories, that these rows reach.</param>
/// <param name="RareCategoryRecall">Share of the rare categories of the real table (at most 1 % of a column's rows) that occur.</param>
/// <param name="DimensionCorrelation">Correlation rho between the probabilities of <see
/// cref="FidelityResult.DimensionProbabilities"/>.</param>
/// <param name="DimensionAbsoluteError">Sum of their absolute differences.</param>
public sealed record FidelityScores(
    string Name,
    int Rows,
    double Shapes,
    double TrendsAllPairs,
    double TrendsAssociatedPairs,
    double QualityAllPairs,
    double QualityAssociatedPairs,
    double DetectionLogistic,
    double DetectionTrees,
    int DetectionRows,
    double Coverage,
    double RareCategoryRecall,
    double DimensionCorrelation,
    double DimensionAbsoluteError);
