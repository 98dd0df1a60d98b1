namespace Microsoft.ML.Diffusion.Evaluation.Results;

/// <summary>How much a column's distribution resembles the real one.</summary>
/// <param name="Column">The column's name.</param>
/// <param name="Metric">"ksComplement" for numbers: 1 minus the Kolmogorov-Smirnov statistic; "tvComplement" for categories: 1 minus the
/// total variation distance.</param>
/// <param name="Score">1 is best.</param>
/// <param name="Coverage">Share of the real range, or of the real categories, that the rows reach.</param>
/// <param name="RareCategories">How many categories of the column are rare in the real table; 0 for numbers.</param>
/// <param name="RareCategoriesFound">How many of these occur in the rows.</param>
public sealed record ColumnShape(
    string Column, string Metric, double Score, double Coverage, int RareCategories, int RareCategoriesFound);
