namespace Microsoft.ML.Diffusion.Evaluation.Results;

/// <summary>What was compared.</summary>
/// <param name="RealRows">Rows of the real table, from which the synthetic rows were learnt.</param>
/// <param name="SyntheticRows">Rows of the synthetic table.</param>
/// <param name="TestRows">Rows of the real table that was held out; 0 where there was none.</param>
/// <param name="ColumnCount">Columns of each.</param>
/// <param name="LabelColumn">The column that is predicted; null where none was named.</param>
/// <param name="Seed">Seed of every sample that was drawn.</param>
/// <param name="Seconds">How long the evaluation took.</param>
public sealed record EvaluationSetup(
    int RealRows, int SyntheticRows, int TestRows, int ColumnCount, string? LabelColumn, ulong Seed, double Seconds)
{
    /// <summary>Keys and free text, which no learner, distance or score may see.</summary>
    public IReadOnlyList<LeftOutColumn> LeftOut { get; init; } = [];

    /// <summary>How the test rows were split off the real ones; null where they were given, or there are none.</summary>
    public TestSplit? TestSplit { get; init; }
}
