namespace Microsoft.ML.Diffusion.Tool.Description;

/// <summary>That cells of a column are missing in some rows more often than in others.</summary>
/// <param name="Column">The column whose cells are missing.</param>
/// <param name="Other">The column that tells the rows apart.</param>
/// <param name="MoreWhere">The rows in which they are missing most often, such as <c>age is 17 to 22</c>.</param>
/// <param name="More">The share of those rows, 0 to 1.</param>
/// <param name="LessWhere">The rows in which they are missing least often.</param>
/// <param name="Less">The share of those rows, 0 to 1.</param>
/// <param name="Strength">Cramér's V, 0 to 1.</param>
/// <param name="Probability">How probable so strong a dependence is by chance, over all pairs of columns that were tested.</param>
internal sealed record MissingDependence(
    string Column, string Other, string MoreWhere, double More, string LessWhere, double Less, double Strength, double Probability);
