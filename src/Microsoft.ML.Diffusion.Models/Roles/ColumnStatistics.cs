namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>What was counted in a column.</summary>
public sealed record ColumnStatistics
{
    /// <summary>Number of rows.</summary>
    public required long Rows { get; init; }

    /// <summary>Number of cells that were given as missing; cells that hold a mark are not among them.</summary>
    public required long Missing { get; init; }

    /// <summary>Number of different observed values, marks left out.</summary>
    public required long Distinct { get; init; }

    /// <summary>True where <see cref="Distinct"/> is an estimate, because the column has more values than are kept.</summary>
    public required bool IsDistinctEstimated { get; init; }

    /// <summary>Smallest value on the natural scale of the role (<see cref="RoleCodec"/>); NaN for roles without one.</summary>
    public double Min { get; init; } = double.NaN;

    /// <summary>Largest value on the natural scale.</summary>
    public double Max { get; init; } = double.NaN;

    /// <summary>Missing marks in the cells, certain ones first.</summary>
    public IReadOnlyList<MissingMark> Marks { get; init; } = [];

    /// <summary>Categories that are spelt in several ways.</summary>
    public IReadOnlyList<SpellingVariants> Variants { get; init; } = [];

    /// <summary>
    /// Different values with their counts, the most frequent first: all of them, or a uniform sample of them where
    /// <see cref="IsDistinctEstimated"/>.
    /// </summary>
    public IReadOnlyList<ValueCount> Values { get; init; } = [];

    /// <summary>Number of cells that hold a certain mark.</summary>
    public long Marked => Marks.Where(mark => !mark.IsSuggestion).Sum(mark => mark.Count);

    /// <summary>Number of cells that hold a value: neither missing nor a certain mark.</summary>
    public long Observed => Rows - Missing - Marked;
}
