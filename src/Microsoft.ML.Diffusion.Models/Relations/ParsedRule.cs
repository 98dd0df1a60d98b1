namespace Microsoft.ML.Diffusion.Models.Relations;

/// <summary>What a rule says: a comparison of two terms, or that one column decides another.</summary>
/// <param name="Left">The term before the sign; null where a column decides another.</param>
/// <param name="Comparison">The sign.</param>
/// <param name="Right">The term behind it.</param>
/// <param name="Deciding">The deciding column; -1 where terms are compared.</param>
/// <param name="Decided">The decided column.</param>
internal sealed record ParsedRule(Expression? Left, Comparison Comparison, Expression? Right, int Deciding = -1, int Decided = -1);
