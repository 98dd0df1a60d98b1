namespace Microsoft.ML.Diffusion.Models.Relations;

/// <summary>How the two sides of a <see cref="ComparisonRelation"/> compare.</summary>
internal enum Comparison
{
    Equal,
    LessOrEqual,
    Less,
    GreaterOrEqual,
    Greater,
}
